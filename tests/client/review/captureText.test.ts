/** What the training inbox says of a capture. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { describeCapture, describeState, turnsToAllow } from "../../../client/src/review/captureText";

const capture = {
  id: 1,
  question: "Do you ship?",
  answer: "Yes.",
  turns: [{ role: "user", text: "Do you ship?" }],
  suite: "llmtests/support.llmtest",
  name: "do-you-ship",
  tags: ["faq"],
  callable: "bot:ask",
  model: null,
  state: "new",
  note: "",
  facts: [],
};

describe("describeCapture", () => {
  it("shows question, answer and where both would go", () => {
    const text = describeCapture(capture);

    assert.match(text, /^Do you ship\?\n\n=== the answer\n\nYes\.\n/);
    assert.match(text, /suite {5}llmtests\/support\.llmtest\nname {6}do-you-ship\ntags {6}faq\nasked by {2}bot:ask\n/);
  });

  it("shows a whole conversation", () => {
    const turns = [{ role: "system", text: "Be brief." }, ...capture.turns];

    assert.match(describeCapture({ ...capture, turns }), /^--- system\nBe brief\.\n--- user\nDo you ship\?\n/);
  });

  it("says that something cannot be asked again", () => {
    assert.match(describeCapture({ ...capture, callable: null, note: "A closure." }), /cannot be asked again[^]*A closure\.\n$/);
  });
});

describe("describeState", () => {
  for (const [state, words] of [["new", "new"], ["passed", "passes already"], ["later", "later"]] as const) {
    it(`says "${words}"`, () => {
      assert.equal(describeState({ ...capture, state }), `${words}, llmtests/support.llmtest`);
    });
  }
});

describe("turnsToAllow", () => {
  it("leaves the user's own words out, and keeps places", () => {
    const turns = [{ role: "user", text: "a" }, { role: "assistant", text: "b" }, { role: "user", text: "c" }];

    assert.deepEqual(turnsToAllow({ turns }), [{ position: 1, role: "assistant", text: "b" }]);
  });
});
