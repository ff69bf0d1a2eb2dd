/** The server's own log lines keep their levels. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readLine } from "../../../client/src/server/serverLog";

describe("readLine", () => {
  for (const [line, level, text] of [
    ["WARNING llmentary_regression.lsp: slow", "warn", "llmentary_regression.lsp: slow"],
    ["INFO llmentary_regression.lsp: ready", "info", "llmentary_regression.lsp: ready"],
    ["Traceback (most recent call last):", "error", "Traceback (most recent call last):"],
    ["", "error", ""],
  ] as const) {
    it(`reads ${JSON.stringify(line)}`, () => {
      assert.deepEqual(readLine(line), { level, text });
    });
  }
});
