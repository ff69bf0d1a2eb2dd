/** In a folder that is not trusted nothing of it runs; once it is trusted, everything works. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { startCodeServer } from "../vscode/codeServer";
import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

/** Lay traps: whatever of the folder is run leaves its name in `sprung`. */
function layTraps(folder: string, sprung: string): void {
  const note = (name: string) => `open(${JSON.stringify(path.join(sprung, name))}, "w").close()\n`;
  mkdirSync(sprung);
  for (const name of ["tinydb", "attr", "lsprotocol", "llmentary", "sitecustomize"]) {
    writeFileSync(path.join(folder, `${name}.py`), note(`${name}.py`));
  }
  writeFileSync(path.join(folder, "bot.py"), `${note("bot.py")}def ask(question): return "hello"\n`);
  for (const environment of [".venv", "venv"]) {
    const bin = path.join(folder, environment, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(path.join(bin, "python"), `#!/bin/sh\ntouch '${path.join(sprung, `${environment} python`)}'\nexit 1\n`);
    chmodSync(path.join(bin, "python"), 0o755);
  }
  mkdirSync(path.join(folder, ".vscode"));
  const settings = { "llmentary.interpreter": "${workspaceFolder}/.venv/bin/python", "llmentary.callable": "bot:ask" };
  writeFileSync(path.join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
}

export const trust: Journey = {
  title: "nothing of a folder runs until it is trusted",
  async walk({ browser, scratch, extension }) {
    const folder = copyFixture("shop", scratch);
    const sprung = path.join(scratch, "sprung");
    layTraps(folder, sprung);
    const server = await startCodeServer({ scratch, extensions: [extension], hasWorkspaceTrust: true });
    try {
      const workbench = await openWorkbench(browser, server.authority, folder, "broken.llmtest");
      const { page } = workbench;
      await page.getByRole("button", { name: /No, I don't trust/ }).click({ timeout: 90_000 });
      // The suite is read all the same: its problem is marked.
      await workbench.page.locator(".squiggly-error, .squiggly-warning").first().waitFor({ timeout: 90_000 });
      await workbench.open("support.llmtest");
      await workbench.statusItem().filter({ hasText: "not trusted" }).waitFor();
      await workbench.clickIntoLine("Do you ship to Norway?");
      await page.keyboard.press("End");
      await page.keyboard.type("?");
      await workbench.save();
      const lens = workbench.lens("Run regression");
      if (await lens.isVisible()) {
        await lens.click();
        await workbench.page.locator(".notification-toast").filter({ hasText: "trust" }).first().waitFor();
      }
      await workbench.screenshot("trust-#-not-trusted");
      assert.deepEqual(readdirSync(sprung), [], "something of the untrusted folder was run");
      assert.equal(existsSync(path.join(folder, ".llmentary")), false);

      await workbench.run("Workspaces: Manage Workspace Trust");
      await page.locator(".workspace-trust-editor").waitFor();
      await workbench.screenshot("trust-#-editor");
      await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).click();
      // The traps work: now that the folder is trusted, its environment is tried first.
      await workbench.notification("llmentary.interpreter").first().waitFor();
      await workbench.screenshot("trust-#-trusted");
      assert.ok(readdirSync(sprung).includes(".venv python"));
    } finally {
      await server.stop();
    }
  },
};
