/** The addresses of answers. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { answerAddress, readAnswerAddress } from "../../../client/src/review/answerUri";

const address = { side: "new", uri: "file:///w%20x/a.llmtest", key: "00ff" } as const;

describe("answerAddress", () => {
  const cases: [string, string][] = [
    ["refund-window", "/refund-window (new answer).llmanswer"],
    ["What is a/b? #1\n100%", "/What is a b 1 100 (new answer).llmanswer"],
    ["???", "/question (new answer).llmanswer"],
    ["x".repeat(90), `/${"x".repeat(60)} (new answer).llmanswer`],
  ];
  for (const [label, path] of cases) {
    it(`names ${JSON.stringify(label)} in a way that tabs can show`, () => {
      assert.equal(answerAddress(address, label).path, path);
    });
  }

  it("can be read again", () => {
    assert.deepEqual(readAnswerAddress(answerAddress(address, "x").query), address);
  });

  it("tells the sides apart", () => {
    assert.notEqual(answerAddress(address, "x").path, answerAddress({ ...address, side: "approved" }, "x").path);
  });
});

describe("readAnswerAddress", () => {
  for (const query of ["", "side=new", "side=old&key=1&suite=2"]) {
    it(`takes "${query}" for none of ours`, () => {
      assert.equal(readAnswerAddress(query), undefined);
    });
  }
});
