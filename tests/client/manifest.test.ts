/** The manifest declares what the code has, and nothing that it has not. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";

import { APPROVE_AND_PIN, COMMANDS, SHOW_DIFF, UNDO_APPROVAL } from "../../client/src/protocol";
import { SERVER_SETTINGS } from "../../client/src/server/settings";

interface Entry {
  command: string;
  when?: string;
  title?: string;
  icon?: string;
  key?: string;
}

interface Manifest {
  extensionKind: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: boolean };
  };
  contributes: {
    commands: Entry[];
    menus: Record<string, Entry[]>;
    keybindings: Entry[];
    configuration: { properties: Record<string, { scope?: string; order?: number; markdownDescription?: string }> };
    walkthroughs: { id: string; steps: { id: string; media: { markdown: string }; completionEvents: string[]; description: string }[] }[];
    viewsWelcome: { contents: string }[];
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { contributes } = manifest;
const declared = contributes.commands.map(({ command }) => command);
const source = readdirSync("client/src", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(`client/src/${name}`, "utf8"))
  .join("\n");

describe("the manifest", () => {
  const { properties } = contributes.configuration;

  it("declares every setting that is read, with a scope, an order and a description", () => {
    const read = [...SERVER_SETTINGS, "interpreter", "importStrategy"].map((name) => `llmentary.${name}`);

    assert.deepEqual(Object.keys(properties).sort(), read.sort());
    for (const [name, { scope, order, markdownDescription }] of Object.entries(properties)) {
      assert.ok(scope !== undefined && order !== undefined && markdownDescription !== undefined, name);
    }
  });

  it("keeps from an untrusted folder what decides over code", () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;

    assert.equal(supported, "limited");
    assert.deepEqual(restrictedConfigurations, ["llmentary.interpreter", "llmentary.callable", "llmentary.env"]);
  });

  it("names files that are there", () => {
    const paths = [...JSON.stringify(manifest).matchAll(/"((?:\.\/(?!dist)|icons\/|media\/)[^"]+)"/g)].map(([, file]) => file ?? "");

    assert.ok(paths.length >= 11);
    assert.deepEqual(paths.filter((file) => !existsSync(file)), []);
  });

  it("runs where the files and the user's Python are: over SSH, in WSL and in containers on that side", () => {
    assert.deepEqual(manifest.extensionKind, ["workspace"]);
    assert.equal(manifest.capabilities.virtualWorkspaces.supported, false);
  });

  it("declares exactly the commands that are registered", () => {
    const commands = readFileSync("client/src/commands/commands.ts", "utf8");
    const registered = [...commands.matchAll(/^ {4}"(llmentary\.[\w.]+)":/gm)].map(([, name]) => name ?? "");

    // The language client registers the server's commands by itself; of them the palette has one.
    assert.deepEqual([...registered, APPROVE_AND_PIN, SHOW_DIFF, UNDO_APPROVAL].sort(), [...declared].sort());
  });

  it("says in the palette when each command can be used", () => {
    const always = ["llmentary.restartServer", "llmentary.showOutput", "llmentary.showStatus"];
    const decided = (contributes.menus["commandPalette"] ?? []).map(({ command }) => command);

    assert.deepEqual([...decided, ...always].sort(), [...declared].sort());
  });

  it("puts into menus and under keys what is declared", () => {
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);

    assert.deepEqual(used.filter((command) => !declared.includes(command)), []);
  });

  it("gives a button in a title bar or a row an icon", () => {
    const buttons = ["editor/title", "editor/title/run", "testing/item/context", "testing/message/context", "view/title", "view/item/context"];
    const shown = buttons.flatMap((menu) => contributes.menus[menu] ?? []).map(({ command }) => command);
    const bare = contributes.commands.filter(({ command, icon }) => shown.includes(command) && icon === undefined);

    assert.deepEqual(bare, []);
  });

  it("asks no condition that nobody sets", () => {
    const asked = [...JSON.stringify(manifest).matchAll(/(?:!|in |onContext:|"|&& )(llmentary\.(?:has|is|approvable|comparable)\w*)/g)].map(([, key]) => key ?? "");

    assert.ok(asked.length > 5);
    for (const key of new Set(asked)) {
      const name = key.replace("llmentary.", "");
      assert.ok(source.includes(`"${key}"`) || source.includes(`tick("${name}")`), key);
    }
  });

  it("leads newcomers by links to commands that exist", () => {
    const texts = [...contributes.walkthroughs.flatMap(({ steps }) => steps), ...contributes.viewsWelcome].map((each) => JSON.stringify(each));
    const linked = texts.flatMap((text) => [...text.matchAll(/command:(llmentary\.[\w.]+)/g)].map(([, name]) => name ?? ""));

    assert.ok(linked.length >= 5);
    assert.deepEqual(linked.filter((name) => !declared.includes(name) && !(COMMANDS as readonly string[]).includes(name)), []);
  });
});
