/** The server is killed: the editor recovers, and nothing that was approved or typed is lost. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

/** Return the processes below this test's VS Code whose command line contains a text. */
function processesWith(text: string, dataFolder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return command.includes(text) && environment.includes(dataFolder.replace(/\/data$/, "/home"));
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}

export const recovery: Journey = {
  title: "kill the server: the editor recovers and nothing is lost",
  async walk({ browser, server, scratch }) {
    const folder = copyFixture("shop", scratch);
    const workbench = await openWorkbench(browser, server.authority, folder, "support.llmtest");
    await workbench.waitForFirstLens();
    await workbench.approveAllNew(3);
    await workbench.state("passed", 2).waitFor();
    await workbench.clickIntoLine("Do you ship to Norway?");
    await workbench.page.keyboard.press("End");
    await workbench.page.keyboard.type("\nDo you ship to Sweden?");
    const [pid] = processesWith("launch.py", server.dataFolder);
    assert.ok(pid, "the server runs");

    process.kill(pid, "SIGKILL");

    await workbench.state("not run").waitFor();
    await workbench.statusItem().filter({ hasText: "Python" }).waitFor();
    assert.notEqual(processesWith("launch.py", server.dataFolder)[0], pid);
    await workbench.page.locator(".view-line").filter({ hasText: "Sweden" }).waitFor();
    await workbench.lens("Run all in file").click();
    await workbench.state("passed", 2).waitFor();
    await workbench.state("new").waitFor();
    await workbench.screenshot("recovery-#-recovered");
  },
};
