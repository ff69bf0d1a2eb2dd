/** None of a folder's code runs until it is trusted; then everything works. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

/** Set traps: any code of the folder that runs leaves its name in `sprung`. */
function layTraps(folder: string, sprung: string): void {
  const note = (name: string) => `open(${JSON.stringify(path.join(sprung, name))}, "w").close()\n`;
  mkdirSync(sprung);
  for (const name of ["tinydb", "attr", "lsprotocol", "llmentary_regression", "sitecustomize"]) {
    writeFileSync(path.join(folder, `${name}.py`), note(`${name}.py`));
  }
  writeFileSync(path.join(folder, "bot.py"), `${note("bot.py")}def ask(question): return "hello"\n`);
  for (const environment of [".venv", "venv"]) {
    const bin = path.join(folder, environment, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, "python"), `#!/bin/sh\ntouch '${path.join(sprung, `${environment} python`)}'\nexit 1\n`);
    chmodSync(path.join(bin, "python"), 0o755);
  }
  writeFileSync(path.join(folder, "broken.llmtest"), "@calable bot:ask\n\nWhat is our refund policy?\n");
  mkdirSync(path.join(folder, ".vscode"));
  const settings = { "llmentary.interpreter": "${workspaceFolder}/.venv/bin/python", "llmentary.callable": "bot:ask" };
  writeFileSync(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
}

export const trust: Journey = {
  title: "nothing of a folder runs until it is trusted",
  hasWorkspaceTrust: true,
  async walk({ browser, server, scratch }) {
    const folder = copyFixture("shop", scratch);
    const sprung = path.join(scratch, "sprung");
    layTraps(folder, sprung);
    const workbench = await openWorkbench(browser, server.authority, folder, "broken.llmtest");
    const { page } = workbench;
    await page.locator(".part.banner").getByText("Restricted Mode").waitFor({ timeout: 90_000 });
    // The suite is read nevertheless: its problem is marked.
    await workbench.page.locator(".squiggly-error, .squiggly-warning").first().waitFor({ timeout: 90_000 });
    await workbench.open("support.llmtest");
    await workbench.statusItem().filter({ hasText: "not trusted" }).waitFor();
    await workbench.clickIntoLine("Do you ship to Norway?");
    await page.keyboard.press("End");
    await page.keyboard.type("?");
    await workbench.save();
    await workbench.lens("Run regression").click();
    await workbench.notification("not trusted").getByText("Manage Workspace Trust").waitFor();
    await workbench.screenshot("trust-#-not-trusted");
    assert.deepEqual(readdirSync(sprung), [], "something of the untrusted folder was run");
    assert.equal(existsSync(path.join(folder, ".llmentary")), false);

    await workbench.notification("not trusted").getByText("Manage Workspace Trust").click();
    await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
    await page.locator(".monaco-modal-editor-block .codicon-close").first().click();
    // The traps work: now that the folder is trusted, the Python of its settings is tried.
    await workbench.statusItem().filter({ hasText: "no Python" }).waitFor();
    await workbench.statusItem().click();
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "it ended with exit code 1" }).waitFor();
    await workbench.screenshot("trust-#-broken-python");
    assert.ok(readdirSync(sprung).includes(".venv python"), "the traps do spring");
  },
};
