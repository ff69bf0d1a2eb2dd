/** Reading settings. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { readClientSettings, readServerSettings } from "../../../client/src/server/settings";
import type { Section } from "../../../client/src/server/settings";

function section(values: Record<string, unknown>, defaults: Record<string, unknown> = {}): Section {
  return {
    get: (name) => values[name] ?? defaults[name],
    inspect: (name) => ({ globalValue: values[name] }),
  };
}

describe("readServerSettings", () => {
  it("passes on what is set and leaves out defaults", () => {
    const settings = readServerSettings(section({ callable: "bot:ask" }, { run: "onSave", env: {} }));

    assert.deepEqual(settings, { callable: "bot:ask" });
  });

  it("leaves out what was emptied", () => {
    assert.deepEqual(readServerSettings(section({ callable: "", timeout: null })), {});
  });

  it("hands a wrong value on, for the server to complain", () => {
    assert.deepEqual(readServerSettings(section({ timeout: "soon" })), { timeout: "soon" });
  });
});

describe("readClientSettings", () => {
  it("survives values of the wrong kind", () => {
    assert.deepEqual(readClientSettings(section({ interpreter: 3, importStrategy: "?" })), {
      interpreter: "",
      importStrategy: "fromEnvironment",
    });
  });
});
