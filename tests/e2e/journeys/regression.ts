/** From an unapproved suite to a caught change, with clicks only. */
import assert from "node:assert/strict";

import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

export const regression: Journey = {
  title: "run, approve, break the bot, see it, compare, approve the new answer",
  async walk({ browser, server, scratch }) {
    const folder = copyFixture("shop", scratch);
    const workbench = await openWorkbench(browser, server.authority, folder, "support.llmtest");
    await workbench.waitForFirstLens();
    await workbench.screenshot("regression-#-suite");

    await workbench.lens("Run regression").click();
    await workbench.lens("Approve").waitFor();
    await workbench.squiggle("info").waitFor();
    await workbench.screenshot("regression-#-new");

    await workbench.lens("Approve").click();
    await workbench.state("passed").waitFor();
    await workbench.squiggle("info").waitFor({ state: "detached" });
    await workbench.screenshot("regression-#-approved");

    await workbench.approveAllNew(2);
    await workbench.state("passed", 2).waitFor();
    await workbench.screenshot("regression-#-all-approved");

    await workbench.open("bot.py");
    await workbench.replace("DAYS = 30", "DAYS = 14");
    await workbench.screenshot("regression-#-bot");
    await workbench.open("support.llmtest");
    await workbench.squiggle("error").waitFor();
    await workbench.showProblems();
    const row = workbench.problem("14").first();
    await row.waitFor();
    assert.match((await row.getAttribute("aria-label")) ?? "", /^Error/);
    await workbench.clickIntoLine("What is our refund policy?");
    await workbench.screenshot("regression-#-changed", "changed");

    await workbench.page.locator(".view-line").filter({ hasText: "refund" }).first().hover({ position: { x: 90, y: 8 } });
    await workbench.page.locator(".monaco-hover").filter({ hasText: "14 days" }).first().waitFor();
    await workbench.screenshot("regression-#-hover");
    await workbench.page.keyboard.press("Escape");
    await workbench.clickIntoLine("What is our refund policy?");

    await workbench.lens("Diff").click();
    await workbench.answer("14").waitFor();
    await workbench.screenshot("regression-#-diff");
    await workbench.run("View: Close Editor");

    await workbench.clickIntoLine("What is our refund policy?");
    await workbench.page.keyboard.press("Control+.");
    const fix = workbench.page.locator(".action-widget .monaco-list-row").filter({ hasText: "Approve" }).first();
    await fix.waitFor();
    await workbench.screenshot("regression-#-fixes");
    await fix.click();
    await workbench.squiggle("error").waitFor({ state: "detached" });
    await workbench.problem("14").first().waitFor({ state: "detached" });
    await workbench.state("passed", 2).waitFor();
    await workbench.screenshot("regression-#-approved-again");

    await workbench.statusItem().click();
    await workbench.quickInput("Python for your callable").waitFor();
    await workbench.screenshot("regression-#-status");
    await workbench.page.keyboard.press("Escape");

    await workbench.open("slow.llmtest");
    await workbench.lens("Run regression").waitFor();
    await workbench.run("llmentary: Run Regression on This Suite");
    await workbench.state("running").waitFor();
    const notification = workbench.notification("Asking slow.llmtest").first();
    await notification.waitFor();
    await workbench.screenshot("regression-#-running");
    await notification.getByText("Cancel").click();
    await notification.waitFor({ state: "detached" });
    await workbench.state("not run").waitFor();
  },
};
