/**
 * The window: a headless browser with the workbench in it.
 */
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

import { findTools } from "./places";

/** Start the browser without its background network traffic. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findTools().browser,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
}

/** Open a window of the screenshots' size; `scale` makes them sharper. */
export function openWindow(browser: Browser, scale = 1): Promise<Page> {
  return browser.newPage({ viewport: { width: 1120, height: 680 }, deviceScaleFactor: scale });
}

/** Return the address of a workbench with a folder open, or with the folders of a `.code-workspace` file. */
export function workbenchUrl(authority: string, place: string, payload: readonly (readonly [string, string])[]): string {
  const address = new URL(`http://${authority}/`);
  address.searchParams.set(place.endsWith(".code-workspace") ? "workspace" : "folder", place);
  address.searchParams.set("payload", JSON.stringify(payload));
  return address.toString();
}

/** Return a file's address inside the workbench. */
export function remoteUri(authority: string, file: string): string {
  return `vscode-remote://${authority}${encodeURI(file)}`;
}
