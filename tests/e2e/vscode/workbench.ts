/**
 * The workbench as a user sees it: lenses, squiggles, the palette, the Problems panel.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";

import { openWindow, remoteUri, workbenchUrl } from "./browser";
import { DOCS_IMAGES, SCREENSHOTS } from "./places";

/** From the server's start to the first lens took up to half a minute on two cores. */
const FIRST_MS = 90_000;
const TIMEOUT_MS = 30_000;
const IS_FOR_DOCS = process.argv.includes("--docs");
/** Sharp enough for dense screens. */
const DOCS_SCALE = 1.5;

/** Open a folder, and a file in it. */
export async function openWorkbench(browser: Browser, authority: string, folder: string, file: string): Promise<Workbench> {
  const page = await openWindow(browser, IS_FOR_DOCS ? DOCS_SCALE : 1);
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(workbenchUrl(authority, folder, [["openFile", remoteUri(authority, path.join(folder, file))]]));
  return new Workbench(page);
}

export class Workbench {
  #screenshots = 0;

  constructor(readonly page: Page) {}

  /** A lens by its text; `nth` counts from the top. */
  lens(title: string, nth = 0): Locator {
    return this.page.locator(".codelens-decoration a").getByText(title, { exact: true }).nth(nth);
  }

  /** A lens or the text between lenses, such as a state. */
  state(text: string, nth = 0): Locator {
    return this.page.locator(".codelens-decoration").getByText(text).nth(nth);
  }

  squiggle(severity: "error" | "warning" | "info"): Locator {
    return this.page.locator(`.squiggly-${severity}`).first();
  }

  notification(text: string): Locator {
    return this.page.locator(`.notification-toast:has-text("${text}")`);
  }

  /** A row of the Problems panel that contains the text. */
  problem(text: string): Locator {
    return this.page.locator(".markers-panel .monaco-list-row").filter({ hasText: text });
  }

  statusItem(): Locator {
    return this.page.locator('.statusbar-item[id$="llmentary.status"]');
  }

  /** A row of the open quick pick. */
  quickInput(text: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  }

  /** A line of the shown answer, alone or on the right side of a diff. */
  answer(text: string): Locator {
    return this.page.locator(".editor-instance .modified .view-line, .editor-instance .view-line").filter({ hasText: spaced(text) }).last();
  }

  async waitForFirstLens(): Promise<void> {
    await this.lens("Run regression").waitFor({ timeout: FIRST_MS });
  }

  /** Run all questions of the active suite, and approve the new answers once all have arrived. */
  async approveAllNew(news: number): Promise<void> {
    await this.lens("Run all in file").click();
    await this.page.locator(".codelens-decoration").getByText("new", { exact: true }).nth(news - 1).waitFor();
    await this.lens("Approve all new").click();
  }

  /** Run a command of the palette. */
  async run(command: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input").fill(`>${command}`);
    await this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: command }).first().click();
  }

  /** Open a file of the folder by its name, or switch to its tab. */
  async open(name: string): Promise<void> {
    const tab = this.page.locator(`.tab[data-resource-name="${name}"]`);
    if ((await tab.count()) > 0) {
      await tab.click();
    } else {
      await this.page.locator(".explorer-folders-view .label-name").getByText(name, { exact: true }).dblclick();
    }
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  async showProblems(): Promise<void> {
    await this.run("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel").waitFor();
  }

  /** Replace a text in the active editor with the find widget, and save. */
  async replace(from: string, to: string): Promise<void> {
    const { keyboard } = this.page;
    await this.clickIntoLine(from);
    await keyboard.press("Control+H");
    const widget = this.page.locator(".editor-widget.find-widget.visible");
    await widget.waitFor();
    await widget.locator("textarea").first().fill(from);
    await widget.locator("textarea").nth(1).fill(to);
    await widget.locator("textarea").nth(1).press("Control+Alt+Enter");
    await keyboard.press("Escape");
    await this.save();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active:not(.dirty)").waitFor();
  }

  async clickIntoLine(text: string): Promise<void> {
    await this.page.locator(".view-line").filter({ hasText: spaced(text) }).first().click({ position: { x: 20, y: 8 } });
  }

  /** Widen the side bar, so that the descriptions after its labels are visible. */
  async widenSideBar(): Promise<void> {
    const { page } = this;
    const box = await page.locator(".part.sidebar").boundingBox();
    const edge = { x: (box?.x ?? 0) + (box?.width ?? 0), y: 300 };
    await page.mouse.move(edge.x, edge.y);
    await page.mouse.down();
    await page.mouse.move(edge.x + 160, edge.y, { steps: 5 });
    await page.mouse.up();
    await page.mouse.move(edge.x + 300, edge.y);
  }

  /** Save a screenshot of the run; `docs` is its name in the documentation, which `make screenshots` writes. */
  async screenshot(name: string, docs?: string): Promise<void> {
    this.#screenshots += 1;
    mkdirSync(SCREENSHOTS, { recursive: true });
    const number = String(this.#screenshots).padStart(2, "0");
    const file = path.join(SCREENSHOTS, `${name.replace("#", number)}.png`);
    await this.page.screenshot({ path: file, animations: "disabled" });
    if (docs !== undefined && IS_FOR_DOCS) {
      mkdirSync(DOCS_IMAGES, { recursive: true });
      copyFileSync(file, path.join(DOCS_IMAGES, `${docs}.png`));
    }
  }
}

/** The editor shows spaces as no-break ones. */
function spaced(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}
