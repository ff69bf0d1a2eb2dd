/**
 * The list in which the user selects what every later answer must contain.
 */
import * as vscode from "vscode";

import { messageOf } from "../server/errorMessage";
import { pinItems } from "./pinItems";
import type { PinItem } from "./pinItems";
import { PINNABLE } from "../protocol";
import type { PinChoice, PinnableItem, PinnableResult } from "../protocol";
import type { Server } from "../server/server";

/** Let the user choose among the facts of a case's answer; undefined if they cancel, or there is no answer. */
export async function choosePinsOf(server: Server, uri: string, key: string): Promise<PinChoice[] | undefined> {
  try {
    const offered = await server.ask<PinnableResult>(PINNABLE, { uri, key });
    return offered && (await choosePins(offered.facts));
  } catch (error) {
    void vscode.window.showWarningMessage(`llmentary: ${messageOf(error)}`);
    return undefined;
  }
}

/** Return what the user chose to pin; undefined if they cancel. */
export async function choosePins(facts: readonly PinnableItem[]): Promise<PinChoice[] | undefined> {
  const pick = vscode.window.createQuickPick<PinItem & vscode.QuickPickItem>();
  pick.title = "Approve and pin: what must every later answer say?";
  pick.placeholder = "Tick, or type a phrase, “30 days = a month” or “limit := 30 days”";
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.items = pinItems(facts, "");
  /** The user's own phrases that were selected once. */
  const own: PinItem[] = [];
  pick.onDidChangeValue((typed) => {
    // New items clear the selection, so it is restored.
    const selected = pick.selectedItems;
    own.push(...selected.filter(({ label }) => ![...facts, ...own].some((known) => known.label === label)));
    const items = pinItems(facts, typed, own);
    pick.items = items;
    pick.selectedItems = items.filter(({ label }) => selected.some((item) => item.label === label));
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
