/**
 * The list in which the user ticks what must recur in every later answer.
 */
import * as vscode from "vscode";

import { messageOf } from "./errors";
import { pinItems } from "./pinItems";
import type { PinItem } from "./pinItems";
import { PINNABLE } from "./protocol";
import type { PinChoice, PinnableItem, PinnableResult } from "./protocol";
import type { Server } from "./server";

/** Let the user choose among the facts of a case's answer; undefined if they gave up, or there is no answer. */
export async function choosePinsOf(server: Server, uri: string, key: string): Promise<PinChoice[] | undefined> {
  try {
    const offered = await server.ask<PinnableResult>(PINNABLE, { uri, key });
    return offered && (await choosePins(offered.facts));
  } catch (error) {
    void vscode.window.showWarningMessage(`llmentary: ${messageOf(error)}`);
    return undefined;
  }
}

/** Return what the user chose to be pinned; undefined if they gave up. */
export async function choosePins(facts: readonly PinnableItem[]): Promise<PinChoice[] | undefined> {
  const pick = vscode.window.createQuickPick<PinItem & vscode.QuickPickItem>();
  pick.title = "Approve and pin: what must every later answer say?";
  pick.placeholder = "Tick, or type a phrase, “30 days = a month” or “limit := 30 days”";
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.items = pinItems(facts, "");
  /** Phrases that are no facts and were ticked once. */
  const own: PinItem[] = [];
  pick.onDidChangeValue((typed) => {
    // New items untick everything, so what was ticked is ticked again.
    const ticked = pick.selectedItems;
    own.push(...ticked.filter(({ label }) => ![...facts, ...own].some((known) => known.label === label)));
    const items = pinItems(facts, typed, own);
    pick.items = items;
    pick.selectedItems = items.filter(({ label }) => ticked.some((item) => item.label === label));
  });
  try {
    return await new Promise((resolve) => {
      pick.onDidAccept(() => {
        resolve(pick.selectedItems.map(({ pin }) => pin));
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}
