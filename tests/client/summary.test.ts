/** The outcome of a run in one line. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { describeSummary, needsMending } from "../../client/src/summary";

describe("describeSummary", () => {
  it("names the worst first and leaves out what did not occur", () => {
    assert.equal(describeSummary({ passed: 14, changed: 2, new: 1, failed: 0 }), "2 changed, 1 new, 14 passed");
  });

  it("says that nothing was asked", () => {
    assert.equal(describeSummary({}), "no question to ask");
  });
});

describe("needsMending", () => {
  it("counts changes, failures and errors, not what is new or reworded", () => {
    assert.equal(needsMending({ new: 3, reworded: 2, passed: 1 }), false);
    assert.equal(needsMending({ error: 1 }), true);
  });
});
