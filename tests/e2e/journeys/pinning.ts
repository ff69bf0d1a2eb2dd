/** Pin what every later answer must contain, and see the failure when it is missing. */
import assert from "node:assert/strict";

import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

export const pinning: Journey = {
  title: "approve and pin a phrase, and miss it later",
  async walk({ browser, server, scratch }) {
    const folder = copyFixture("shop", scratch);
    const workbench = await openWorkbench(browser, server.authority, folder, "support.llmtest");
    await workbench.waitForFirstLens();
    const { page } = workbench;

    await workbench.lens("Run regression").click();
    await workbench.lens("Approve and pin…").click();
    await workbench.quickInput("30 days").waitFor();
    await workbench.quickInput("30 days").click();
    const ticked = page.locator('.quick-input-list .monaco-list-row[aria-checked="true"]');
    await ticked.filter({ hasText: "30 days" }).waitFor();
    // The list receives the keys until the field has the focus again.
    const phrase = page.locator(".quick-input-widget input[type=text]");
    await phrase.fill("full refund");
    await workbench.quickInput("full refund").click();
    await ticked.filter({ hasText: "full refund" }).waitFor();
    await phrase.fill("");
    await ticked.filter({ hasText: "30 days" }).waitFor();
    await ticked.filter({ hasText: "full refund" }).waitFor();
    assert.equal(await ticked.count(), 2);
    await workbench.screenshot("pinning-#-choose", "pinning");
    await phrase.press("Enter");
    await workbench.state("passed").waitFor();

    await workbench.open("bot.py");
    await workbench.replace("for a full refund", "and get your money back");
    await workbench.open("support.llmtest");
    await workbench.squiggle("error").waitFor();
    await workbench.showProblems();
    const row = workbench.problem("pin").first();
    await row.waitFor();
    assert.match((await row.getAttribute("aria-label")) ?? "", /^Error/);
    await workbench.screenshot("pinning-#-missed");
  },
};
