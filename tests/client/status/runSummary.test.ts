/** The outcome of a run in one line. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { describeSummary, needsAttention } from "../../../client/src/status/runSummary";

describe("describeSummary", () => {
  it("names the worst first and leaves out what did not occur", () => {
    assert.equal(describeSummary({ passed: 14, changed: 2, new: 1, failed: 0 }), "2 changed, 1 new, 14 passed");
  });

  it("says that nothing was asked", () => {
    assert.equal(describeSummary({}), "no question to ask");
  });
});

describe("needsAttention", () => {
  it("counts changes, failures and errors, not what is new or unsure", () => {
    assert.equal(needsAttention({ new: 3, unsure: 2, passed: 1 }), false);
    assert.equal(needsAttention({ error: 1 }), true);
  });
});
