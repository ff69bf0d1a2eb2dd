/**
 * The native diff of a new answer and what is stored of the approved one, in documents that exist in memory only.
 */
import * as vscode from "vscode";

import { SCHEME, answerAddress, readAnswerAddress } from "./answerUri";
import type { Side } from "./answerUri";
import { messageOf } from "../server/errorMessage";
import { DIFF, RESULTS } from "../protocol";
import type { CaseParams, DiffResult, ResultsParams } from "../protocol";
import type { Server } from "../server/server";
import { sameUri } from "../testing/testTree";

const GONE = "There is no answer at hand any more. Run the question again to see one.";

export class DiffView implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: { dispose(): unknown }[];

  constructor(private readonly server: Server) {
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      server.on(RESULTS, (results) => {
        this.#refresh(results);
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  async provideTextDocumentContent(address: vscode.Uri): Promise<string> {
    const shown = readAnswerAddress(address.query);
    if (shown === undefined) {
      return "";
    }
    try {
      const diff = await this.server.ask<DiffResult>(DIFF, { uri: shown.uri, key: shown.key });
      return (shown.side === "approved" ? (diff?.left ?? diff?.reason) : diff?.right) ?? GONE;
    } catch {
      return GONE; // As after a restart: the document is still open, but its answer was in memory only.
    }
  }

  /** Show both sides of a case, or only the new answer. Returns whether anything was shown. */
  async show({ uri, key }: CaseParams, label?: string): Promise<boolean> {
    let diff: DiffResult | undefined;
    try {
      diff = await this.server.ask<DiffResult>(DIFF, { uri, key });
    } catch (error) {
      void vscode.window.showWarningMessage(`llmentary: ${messageOf(error)}`);
      return false;
    }
    if (typeof diff?.right !== "string") {
      void vscode.window.showInformationMessage(`llmentary: ${diff?.reason ?? GONE}`);
      return false;
    }
    const named = label ?? diff.title;
    const address = (side: Side) => vscode.Uri.from(answerAddress({ side, uri: sameUri(uri), key }, named));
    // A document that is still open may show an earlier answer.
    this.#changed.fire(address("new"));
    this.#changed.fire(address("approved"));
    const options: vscode.TextDocumentShowOptions = { preview: true };
    if (diff.left === null) {
      await vscode.commands.executeCommand("vscode.open", address("new"), options);
      vscode.window.setStatusBarMessage(`llmentary: ${diff.reason ?? "nothing is approved yet"}`, 10_000);
    } else {
      await vscode.commands.executeCommand("vscode.diff", address("approved"), address("new"), diff.title, options);
    }
    return true;
  }

  #refresh({ results }: ResultsParams): void {
    const ids = new Set(results.map(({ uri, key }) => `${sameUri(uri)} ${key}`));
    for (const { uri: address } of vscode.workspace.textDocuments) {
      const shown = address.scheme === SCHEME ? readAnswerAddress(address.query) : undefined;
      if (shown !== undefined && ids.has(`${shown.uri} ${shown.key}`)) {
        this.#changed.fire(address);
      }
    }
  }
}
