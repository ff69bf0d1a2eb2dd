/**
 * The launcher: run a test program inside an extension host.
 *
 * The tests do not depend on it. On macOS and Windows `runTests` of `@vscode/test-electron` takes the same options.
 */
import type { Browser } from "playwright-core";

import { launchBrowser, openWindow, remoteUri, workbenchUrl } from "./browser";
import { startCodeServer } from "./codeServer";

export interface ExtensionTests {
  readonly scratch: string;
  /** The extension's folder, with its `package.json`. */
  readonly extensionDevelopmentPath: string;
  /** Other extensions to install, as `.vsix` files. */
  readonly others: readonly string[];
  /** A program that exports `run()`. */
  readonly extensionTestsPath: string;
  /** Folders, or `.code-workspace` files: the program runs in one after another. */
  readonly places: readonly string[];
  readonly machineSettings: Record<string, unknown>;
  readonly environment: Record<string, string>;
  readonly timeoutMs: number;
}

/** Run the tests. Returns the exit code, 0 or 1, and the folder that VS Code wrote into. */
export async function runExtensionTests(tests: ExtensionTests): Promise<{ code: number; dataFolder: string }> {
  const { scratch, machineSettings, environment, others } = tests;
  const server = await startCodeServer({ scratch, machineSettings, environment, extensions: others, hasTestDriver: true });
  try {
    const browser = await launchBrowser();
    try {
      let code = 0;
      for (const place of tests.places) {
        code = Math.max(code, await runIn(place, browser, server.authority, tests));
      }
      return { code, dataFolder: server.dataFolder };
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

async function runIn(place: string, browser: Browser, authority: string, tests: ExtensionTests): Promise<number> {
  const page = await openWindow(browser);
  try {
    const ended = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error("the tests in the extension host took too long"));
      }, tests.timeoutMs);
      const done = (code: number) => {
        clearTimeout(timer);
        resolve(code);
      };
      page.exposeFunction("codeAutomationExit", done).catch(reject);
      page.exposeFunction("codeAutomationLog", () => undefined).catch(reject);
    });
    const payload = [
      ["extensionDevelopmentPath", remoteUri(authority, tests.extensionDevelopmentPath)],
      ["extensionTestsPath", remoteUri(authority, tests.extensionTestsPath)],
    ] as const;
    await page.goto(workbenchUrl(authority, place, payload));
    return await ended;
  } finally {
    await page.close();
  }
}
