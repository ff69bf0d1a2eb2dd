/** What the Test Explorer says of a result. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { isSameResult, outcomeOf } from "../../../client/src/testing/outcome";

const update = {
  uri: "file:///w/a.llmtest",
  key: "k",
  label: "Do you ship?",
  verdict: "changed",
  reason: "number-differs",
  state: "changed: a number differs",
  message: "it said 14",
  score: 0.5,
  elapsed: 0.1,
  isStale: false,
  isApprovable: true,
  hasDiff: true,
  frames: [],
};

describe("outcomeOf", () => {
  const cases = { passed: "passed", unsure: "passed", changed: "failed", failed: "failed", error: "errored", new: "skipped", skipped: "skipped" };
  for (const [verdict, outcome] of Object.entries(cases)) {
    it(`shows ${verdict} as ${outcome}`, () => {
      assert.equal(outcomeOf(verdict), outcome);
    });
  }
});

describe("isSameResult", () => {
  it("takes a result that is only older for the same", () => {
    assert.equal(isSameResult({ ...update, isStale: true }, update), true);
  });

  it("takes another answer for another", () => {
    assert.equal(isSameResult({ ...update, message: "it said 15" }, update), false);
  });

  it("takes the first result for another", () => {
    assert.equal(isSameResult(update, undefined), false);
  });
});
