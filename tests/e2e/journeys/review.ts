/** A review with the keyboard only: approve, reject, undo. */
import assert from "node:assert/strict";

import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

export const review: Journey = {
  title: "review new and changed answers with the keyboard",
  async walk({ browser, server, scratch }) {
    const folder = copyFixture("shop", scratch);
    const workbench = await openWorkbench(browser, server.authority, folder, "support.llmtest");
    await workbench.waitForFirstLens();
    const { page } = workbench;

    await workbench.approveAllNew(3);
    await workbench.state("passed", 2).waitFor();
    await workbench.open("bot.py");
    await workbench.replace("DAYS = 30", "DAYS = 14");
    await workbench.replace("Delivery takes 5 days", "Delivery takes 7 days");
    await workbench.open("support.llmtest");
    await workbench.state("changed", 1).waitFor();

    await workbench.run("llmentary: Review New and Changed Answers in This Suite");
    const place = page.locator('.statusbar-item[id$="llmentary.review"]');
    await place.filter({ hasText: "Review 1 of 2" }).waitFor();
    await workbench.answer("14").click();
    await workbench.screenshot("review-#-changed", "review");
    await page.keyboard.press("a");
    await place.filter({ hasText: "Review 2 of 2" }).waitFor();
    await workbench.answer("costs 12 euros").click();
    await page.keyboard.press("u");
    await place.filter({ hasText: "Review 1 of 2" }).waitFor();
    await workbench.answer("14").click();
    await page.keyboard.press("a");
    await workbench.answer("costs 12 euros").click();
    await page.keyboard.press("r");

    await workbench.notification("1 approved, 1 rejected").waitFor();
    await workbench.state("rejected").waitFor();
    await workbench.screenshot("review-#-done");
    assert.equal(await workbench.squiggle("error").count(), 1, "what was rejected stays wrong");
  },
};
