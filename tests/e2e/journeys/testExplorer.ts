/** The Test Explorer: run everything, see what changed, cancel what hangs. */
import { copyFixture } from "../vscode/places";
import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

export const testExplorer: Journey = {
  title: "run in the Test Explorer, read the diff there, cancel a run",
  async walk({ browser, server, scratch }) {
    const folder = copyFixture("shop", scratch);
    const workbench = await openWorkbench(browser, server.authority, folder, "support.llmtest");
    await workbench.waitForFirstLens();
    const { page } = workbench;
    await workbench.approveAllNew(3);
    await workbench.state("passed", 2).waitFor();
    await workbench.open("bot.py");
    await workbench.replace("DAYS = 30", "DAYS = 14");
    await workbench.open("support.llmtest");
    await workbench.squiggle("error").waitFor();

    await workbench.run("Testing: Focus on Test Explorer View");
    const row = (text: string) => page.locator(".test-explorer .monaco-list-row").filter({ hasText: text }).first();
    await row("support.llmtest").click();
    await page.keyboard.press("ArrowRight");
    await row("What is our refund policy?").waitFor();
    await row("support.llmtest").hover();
    await row("support.llmtest").locator('.action-item [aria-label*="Run Test"], .codicon-testing-run-icon').first().click();
    const changed = page.locator('.test-explorer .monaco-list-row[aria-label*="changed: a number differs"][aria-label*="Failed"]');
    await changed.waitFor();
    await page.locator(".test-output-peek-tree .monaco-list-row").filter({ hasText: "The approved answer, redacted" }).click();
    await page.locator(".part.panel .view-line").filter({ hasText: "▇" }).first().waitFor();
    await workbench.screenshot("explorer-#-changed");
    await workbench.run("View: Hide Panel");
    await changed.click();
    await changed.locator('[aria-label*="Compare with the Approved Answer"]').first().click();
    await workbench.answer("14").waitFor();
    await workbench.widenSideBar();
    await workbench.screenshot("explorer-#-compared", "test-explorer");
    await workbench.run("View: Close Editor");

    await row("slow.llmtest").hover();
    await row("slow.llmtest").locator('.codicon-testing-run-icon').first().click();
    await workbench.run("Test: Cancel Test Run");
    await page.locator('.test-explorer [aria-label*="Cancel"], .codicon-testing-cancel-icon').first().waitFor({ state: "detached" });
    await workbench.screenshot("explorer-#-cancelled");
  },
};
