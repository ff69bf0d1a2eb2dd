/**
 * The training inbox: answers of running applications that wait for a decision. They are kept in memory only.
 */
import * as vscode from "vscode";

import { describeCapture, describeState, turnsToAllow } from "./captureText";
import { messageOf } from "../server/errorMessage";
import { choosePins } from "./pinPicker";
import { CAPTURES, DECIDE_CAPTURE } from "../protocol";
import type { CapturedItem, CapturesParams, DecideCaptureParams, DecideCaptureResult } from "../protocol";
import type { Server } from "../server/server";
import { isAllowedToRun } from "../server/trust";

const SCHEME = "llmentary-capture";

/** A capture, and the project that it belongs to. */
export interface WaitingCapture {
  readonly root: string;
  readonly capture: CapturedItem;
}

export class Inbox implements vscode.Disposable, vscode.TreeDataProvider<WaitingCapture>, vscode.TextDocumentContentProvider {
  readonly #treeChanged = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#treeChanged.event;
  readonly #byRoot = new Map<string, readonly CapturedItem[]>();
  readonly #view: vscode.TreeView<WaitingCapture>;
  readonly #subscriptions: { dispose(): unknown }[];

  constructor(private readonly server: Server) {
    this.#view = vscode.window.createTreeView<WaitingCapture>("llmentary.inbox", { treeDataProvider: this });
    this.#subscriptions = [
      this.#treeChanged,
      this.#view,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      server.on(CAPTURES, (captures) => {
        this.#update(captures);
      }),
      server.onDidChange(() => {
        if (server.state !== "running") {
          this.#byRoot.clear(); // They were in the server's memory.
          this.#show();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** All waiting captures, the oldest first in each project. */
  get waiting(): WaitingCapture[] {
    return [...this.#byRoot].flatMap(([root, captures]) => captures.map((capture) => ({ root, capture })));
  }

  getChildren(parent?: WaitingCapture): WaitingCapture[] {
    return parent === undefined ? this.waiting : [];
  }

  getTreeItem(waiting: WaitingCapture): vscode.TreeItem {
    const { root, capture } = waiting;
    const item = new vscode.TreeItem(capture.question.replaceAll(/\s+/g, " "));
    item.id = `${root} ${capture.id}`;
    item.description = describeState(capture);
    item.tooltip = describeCapture(capture);
    item.iconPath = new vscode.ThemeIcon(capture.state === "trouble" ? "warning" : "comment");
    item.contextValue = capture.state;
    item.accessibilityInformation = { label: `${capture.question}, ${describeState(capture)}` };
    item.command = { command: "llmentary.inbox.read", title: "Read", arguments: [waiting] };
    return item;
  }

  provideTextDocumentContent(address: vscode.Uri): string {
    const found = this.waiting.find((waiting) => addressOf(waiting).toString() === address.toString());
    return found === undefined ? "This answer has been decided on.\n" : describeCapture(found.capture);
  }

  async read(waiting: WaitingCapture): Promise<void> {
    await vscode.commands.executeCommand("vscode.open", addressOf(waiting), { preview: true, preserveFocus: true });
  }

  /** Approve a capture and write its question into a suite. */
  async keep(waiting: WaitingCapture, more: Partial<DecideCaptureParams> = {}): Promise<void> {
    const turns = await chooseTurns(waiting.capture);
    if (turns !== undefined) {
      await this.#decide(waiting, { keep: true, turns, ...more });
    }
  }

  async keepAndPin(waiting: WaitingCapture): Promise<void> {
    const pins = await choosePins(waiting.capture.facts);
    if (pins !== undefined) {
      await this.keep(waiting, { pins });
    }
  }

  async keepAs(waiting: WaitingCapture): Promise<void> {
    const { suite, name } = waiting.capture;
    const stem = suite.replace(/^.*\//, "").replace(/\.llmtest$/, "");
    const chosenSuite = await vscode.window.showInputBox({ title: "Into which suite?", value: stem, prompt: "Its name, without folder and ending" });
    const chosenName = chosenSuite && (await vscode.window.showInputBox({ title: "Under which name?", value: name, prompt: "One word; it keeps what was approved when the wording changes" }));
    if (chosenSuite !== undefined && chosenName !== undefined) {
      await this.keep(waiting, { suite: chosenSuite, name: chosenName });
    }
  }

  async drop(waiting: WaitingCapture): Promise<void> {
    await this.#decide(waiting, { keep: false });
  }

  async dropAll(): Promise<void> {
    for (const waiting of this.waiting) {
      await this.drop(waiting);
    }
  }

  async #decide({ root, capture }: WaitingCapture, decision: DecideCaptureParams): Promise<void> {
    if (!isAllowedToRun()) {
      return;
    }
    try {
      const result = await this.server.ask<DecideCaptureResult>(DECIDE_CAPTURE, { root, id: capture.id, ...decision });
      if (result?.done === false) {
        void vscode.window.showWarningMessage(`llmentary: ${result.message}`);
      } else if (result !== undefined && result.message !== "") {
        vscode.window.setStatusBarMessage(`llmentary: ${result.message}`, 10_000);
      }
    } catch (error) {
      void vscode.window.showWarningMessage(`llmentary: ${messageOf(error)}`);
    }
  }

  #update({ root, captures }: CapturesParams): void {
    if (captures.length === 0) {
      this.#byRoot.delete(root);
    } else {
      this.#byRoot.set(root, captures);
    }
    this.#show();
  }

  #show(): void {
    const count = this.waiting.length;
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: `${count} captured answers wait for a decision` };
    void vscode.commands.executeCommand("setContext", "llmentary.hasCaptures", count > 0);
    this.#treeChanged.fire(undefined);
  }
}

/** Return the URI of a capture's document: it has a number, and nothing of the answer. */
function addressOf({ root, capture }: WaitingCapture): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/captured answer ${capture.id}.llmanswer`, query: root });
}

/** Ask which turns that are not the user's may go into the suite; undefined if the user cancels. */
async function chooseTurns(capture: CapturedItem): Promise<number[] | undefined> {
  const others = turnsToAllow(capture);
  if (others.length === 0) {
    return [];
  }
  const rows = others.map(({ position, role, text }) => ({ label: role, detail: text, position }));
  const title = "Which of these turns may be written into the suite? They are not the user's own words.";
  const chosen = await vscode.window.showQuickPick(rows, { title, canPickMany: true, ignoreFocusOut: true });
  return chosen?.map(({ position }) => position);
}
