/** Traces keep no contents: they would hold answers. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogOutputChannel } from "vscode";

import { nameOnly, withoutContents } from "../../../client/src/server/traceChannel";

describe("nameOnly", () => {
  it("keeps the first line", () => {
    assert.equal(nameOnly("Received response 'hover - (3)' in 4ms.\nResult: secret answer"), "Received response 'hover - (3)' in 4ms.");
  });

  for (const message of ['{"result": "secret answer"}', '["secret answer"]', ""]) {
    it(`drops ${JSON.stringify(message)}`, () => {
      assert.equal(nameOnly(message), undefined);
    });
  }
});

describe("withoutContents", () => {
  it("hands on everything else, and of traces the names", () => {
    const lines: string[] = [];
    const channel = { info: (text: string) => lines.push(text), trace: (text: string) => lines.push(text), logLevel: 1 };
    const quiet = withoutContents(channel as unknown as LogOutputChannel);

    quiet.info("started\nwell");
    quiet.trace("Sending request 'x'.\nParams: secret");
    quiet.trace('{"secret": 1}');

    assert.deepEqual(lines, ["started\nwell", "Sending request 'x'."]);
    assert.equal(quiet.logLevel, 1);
  });
});
