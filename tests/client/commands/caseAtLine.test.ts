/** The case at the cursor, told from the lenses. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { caseAtLine } from "../../../client/src/commands/caseAtLine";
import type { Lens } from "../../../client/src/commands/caseAtLine";

function lens(line: number, command: string, key: string): Lens {
  return { range: { start: { line } }, command: { command, arguments: [{ uri: "file:///s.llmtest", keys: [key] }] } };
}

const lenses = [
  lens(0, "llmentary.runCases", "a"),
  lens(0, "llmentary.approveCases", "a"),
  lens(4, "llmentary.runCases", "b"),
  lens(9, "llmentary.runCases", "c"),
];

describe("caseAtLine", () => {
  for (const [line, key] of [
    [0, "a"],
    [3, "a"],
    [4, "b"],
    [20, "c"],
  ] as const) {
    it(`finds the case of line ${line}`, () => {
      assert.deepEqual(caseAtLine(lenses, line), { uri: "file:///s.llmtest", keys: [key] });
    });
  }

  it("finds none above the first", () => {
    assert.equal(caseAtLine([lens(4, "llmentary.runCases", "b")], 2), undefined);
  });

  it("passes over lenses of others and those for the whole file", () => {
    const whole: Lens = { range: { start: { line: 0 } }, command: { command: "llmentary.runCases", arguments: [{ uri: "x" }] } };

    assert.equal(caseAtLine([whole, lens(0, "other.run", "z"), { range: { start: { line: 0 } } }], 5), undefined);
  });
});
