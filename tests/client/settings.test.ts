/** Reading settings, and the manifest that declares them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { APPROVE_AND_PIN } from "../../client/src/protocol";
import { SERVER_SETTINGS, readClientSettings, readServerSettings } from "../../client/src/settings";
import type { Section } from "../../client/src/settings";

interface Manifest {
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { scope?: string; default?: unknown }> };
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;

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

describe("the manifest", () => {
  const { properties } = manifest.contributes.configuration;

  it("declares every setting that is read, with a scope", () => {
    const read = [...SERVER_SETTINGS, "interpreter", "importStrategy"].map((name) => `llmentary.${name}`);

    assert.deepEqual(Object.keys(properties).sort(), read.sort());
    assert.ok(Object.values(properties).every(({ scope }) => scope !== undefined));
  });

  it("keeps from an untrusted folder what decides over code", () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;

    assert.equal(supported, "limited");
    assert.deepEqual(restrictedConfigurations, ["llmentary.interpreter", "llmentary.callable", "llmentary.env"]);
  });

  it("names files that are there", () => {
    const paths = [...JSON.stringify(manifest).matchAll(/"(\.\/(?!dist)[^"]+|icons\/[^"]+)"/g)].map(([, file]) => file ?? "");

    assert.ok(paths.length >= 5);
    assert.deepEqual(paths.filter((file) => !existsSync(file)), []);
  });

  it("declares exactly the commands that are registered", () => {
    const source = readFileSync("client/src/commands.ts", "utf8");
    const registered = [...source.matchAll(/^ {4}"(llmentary\.\w+)":/gm)].map(([, id]) => id ?? "");
    // The one that the server puts into lenses is spelled in protocol.ts.
    assert.match(source, /^ {4}\[APPROVE_AND_PIN\]:/m);
    registered.push(APPROVE_AND_PIN);

    assert.deepEqual(registered.sort(), manifest.contributes.commands.map(({ command }) => command).sort());
  });
});
