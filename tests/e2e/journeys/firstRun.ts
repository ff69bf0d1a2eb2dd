/** The walkthrough leads a newcomer from a program without suites to the first approval. */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { openWorkbench } from "../vscode/workbench";
import type { Journey } from "./journey";

const BOT = `DAYS = 30


def ask(question: str) -> str:
    return f"You can return a jacket within {DAYS} days of delivery."
`;

export const firstRun: Journey = {
  title: "the walkthrough leads to the first approval",
  async walk({ browser, server, scratch }) {
    const folder = path.join(scratch, "newcomer");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "bot.py"), BOT);
    const workbench = await openWorkbench(browser, server.authority, folder, "bot.py");
    const { page } = workbench;
    await workbench.page.locator(".view-line").filter({ hasText: "DAYS" }).first().waitFor({ timeout: 90_000 });

    await workbench.run("View: Toggle Primary Side Bar Visibility");
    await workbench.run("Welcome: Open Walkthrough...");
    await workbench.quickInput("Get Started with llmentary").click();
    const step = (title: string) => page.locator(".getting-started-step").filter({ hasText: title });
    await step("Choose your Python").waitFor();
    await step("Choose your Python").locator(".codicon-getting-started-step-checked, .complete").first().waitFor();
    await step("Write a question").click();
    await page.frameLocator("iframe.webview.ready").frameLocator("iframe").getByText("A suite is plain text").waitFor();
    await workbench.screenshot("first-#-walkthrough", "walkthrough");
    await page.getByRole("button", { name: "Create a First Suite" }).click();
    await page.locator('.tab[data-resource-name="first.llmtest"]').waitFor();
    await workbench.quickInput("bot:ask").waitFor();
    await workbench.screenshot("first-#-suite");
    await workbench.quickInput("bot:ask").click();
    await page.locator(".view-line").filter({ hasText: "bot:ask" }).waitFor();
    await page.keyboard.type("What is our refund policy?");
    await page.keyboard.press("Escape");
    await workbench.save();

    await workbench.lens("Approve").click();
    await workbench.state("passed").waitFor();
    await workbench.screenshot("first-#-approved");
    await page.locator(".tab").filter({ hasText: "Welcome" }).first().click();
    await step("Approve what is right").locator(".codicon-getting-started-step-checked, .complete").first().waitFor();
  },
};
