/**
 * The review: one diff after another, with a key and a button for each decision.
 */
import * as vscode from "vscode";

import { SCHEME, readAnswerAddress } from "./answerUri";
import type { DiffView } from "./diffView";
import { messageOf } from "../server/errorMessage";
import { choosePinsOf } from "./pinPicker";
import { APPROVED, APPROVE_CASES, REJECT_CASES, REVIEW, UNDO_APPROVAL } from "../protocol";
import type { ApproveParams, ApprovedParams, ReviewCase, ReviewParams, ReviewResult } from "../protocol";
import { ReviewList } from "./reviewList";
import type { Server } from "../server/server";
import { caseId } from "../testing/testTree";

export class Review implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("llmentary.review", vscode.StatusBarAlignment.Left, -11);
  readonly #subscriptions: { dispose(): unknown }[];
  /** By case, the number of its approval, to undo it. */
  readonly #approvals = new Map<string, number>();
  #list: ReviewList | undefined;
  #isShowing = false;

  constructor(
    private readonly server: Server,
    private readonly diffs: DiffView,
  ) {
    this.#item.name = "llmentary review";
    this.#item.command = "llmentary.review.choose";
    this.#subscriptions = [
      this.#item,
      server.on(APPROVED, (approved) => {
        this.#rememberApproval(approved);
      }),
      server.onDidStart(() => this.#end()),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (!this.#isShowing && closed.some((tab) => this.#isOfCurrent(tab))) {
          void this.#end();
        }
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** The current review; undefined if there is none. */
  get list(): ReviewList | undefined {
    return this.#list;
  }

  /** Begin with the answers of a suite or of the whole workspace. */
  async begin(params: ReviewParams): Promise<void> {
    let waiting: ReviewResult | undefined;
    try {
      waiting = await this.server.ask<ReviewResult>(REVIEW, params);
    } catch (error) {
      void vscode.window.showWarningMessage(`llmentary: ${messageOf(error)}`);
      return;
    }
    if (waiting === undefined || waiting.cases.length === 0) {
      void vscode.window.showInformationMessage("No answer waits for approval. Run questions first, or all is approved.");
      return;
    }
    this.#list = new ReviewList(waiting.cases);
    await vscode.commands.executeCommand("setContext", "llmentary.isReviewing", true);
    await this.#show();
  }

  async approve(options: Pick<ApproveParams, "asExample" | "pins"> = {}): Promise<void> {
    const update = this.#list?.current?.update;
    if (update !== undefined) {
      const params: ApproveParams = { uri: update.uri, keys: [update.key], ...options };
      await vscode.commands.executeCommand(APPROVE_CASES, params);
      this.#list?.decide("approved");
      await this.#show();
    }
  }

  async approveAndPin(): Promise<void> {
    const update = this.#list?.current?.update;
    const pins = update && (await choosePinsOf(this.server, update.uri, update.key));
    if (update !== undefined && pins !== undefined) {
      await this.approve({ pins: { [update.key]: pins } });
    }
  }

  async decide(decision: "rejected" | "skipped"): Promise<void> {
    this.#list?.decide(decision);
    await this.#show();
  }

  /** Return to the previous case, and undo its decision. */
  async undo(): Promise<void> {
    const undone = this.#list?.undo();
    if (undone === undefined) {
      return;
    }
    const { uri, key } = undone.case.update;
    const approval = this.#approvals.get(caseId(uri, key));
    if (undone.decision === "approved" && approval !== undefined) {
      await vscode.commands.executeCommand(UNDO_APPROVAL, { approval });
    }
    await this.#show();
  }

  async stop(): Promise<void> {
    await this.#end();
  }

  /** Offer all decisions as a list, for users who do not know the keys. */
  async choose(): Promise<void> {
    const choices = [
      { label: "$(check) Approve", description: "A", command: "llmentary.review.approve" },
      { label: "$(pinned) Approve and pin…", description: "P", command: "llmentary.review.approveAndPin" },
      { label: "$(add) Approve as another example, in addition to what was approved", description: "E", command: "llmentary.review.approveAsExample" },
      { label: "$(close) Reject: what was approved stays", description: "R", command: "llmentary.review.reject" },
      { label: "$(arrow-right) Next, without a decision", description: "N", command: "llmentary.review.next" },
      { label: "$(discard) Undo the last decision", description: "U", command: "llmentary.review.undo" },
      { label: "$(go-to-file) Go to the question", description: "G", command: "llmentary.review.openQuestion" },
      { label: "$(debug-stop) End the review", description: "Escape", command: "llmentary.review.stop" },
    ];
    const chosen = await vscode.window.showQuickPick(choices, { title: `llmentary review, ${this.#list?.progress ?? ""}` });
    if (chosen !== undefined) {
      await vscode.commands.executeCommand(chosen.command);
    }
  }

  async openQuestion(): Promise<void> {
    const current = this.#list?.current;
    if (current !== undefined) {
      const { start, end } = current.range;
      const selection = new vscode.Range(start.line, start.character, end.line, end.character);
      await vscode.window.showTextDocument(vscode.Uri.parse(current.update.uri), { selection, viewColumn: vscode.ViewColumn.Beside });
    }
  }

  async #show(): Promise<void> {
    const current = this.#list?.current;
    if (this.#list === undefined || current === undefined) {
      await this.#end();
      return;
    }
    const what = `Review ${this.#list.progress}: ${current.update.verdict}`;
    this.#item.text = `$(eye) ${what} · A approve, R reject, N next`;
    this.#item.tooltip = `${current.update.state}\n\nA approve · P approve and pin · E as another example · R reject · N next · U undo · G question · Escape end. Click for a list.`;
    this.#item.accessibilityInformation = { label: `Review ${this.#list.progress}: ${current.update.state}. Press Enter for what can be decided.` };
    this.#item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
    this.#item.show();
    this.#isShowing = true;
    try {
      const isShown = await this.diffs.show(current.update, current.update.label);
      if (isShown) {
        await this.#closeOthers(current);
      }
    } finally {
      this.#isShowing = false;
    }
  }

  async #end(): Promise<void> {
    const list = this.#list;
    if (list === undefined) {
      return;
    }
    this.#list = undefined;
    this.#item.hide();
    await vscode.commands.executeCommand("setContext", "llmentary.isReviewing", false);
    await this.#closeOthers(undefined);
    const rejected = new Map<string, string[]>();
    for (const { update } of list.decided("rejected")) {
      rejected.set(update.uri, [...(rejected.get(update.uri) ?? []), update.key]);
    }
    for (const [uri, keys] of rejected) {
      await vscode.commands.executeCommand(REJECT_CASES, { uri, keys });
    }
    void vscode.window.showInformationMessage(`llmentary review: ${list.summary}.`);
  }

  #rememberApproval({ approval, uri, keys, isUndo }: ApprovedParams): void {
    for (const key of keys) {
      if (isUndo) {
        this.#approvals.delete(caseId(uri, key));
      } else {
        this.#approvals.set(caseId(uri, key), approval);
      }
    }
  }

  #isOfCurrent(tab: vscode.Tab): boolean {
    const update = this.#list?.current?.update;
    const shown = addressOf(tab);
    return update !== undefined && shown !== undefined && caseId(shown.uri, shown.key) === caseId(update.uri, update.key);
  }

  /** Close the tabs that the review opened for other cases. */
  async #closeOthers(current: ReviewCase | undefined): Promise<void> {
    const id = current && caseId(current.update.uri, current.update.key);
    const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all);
    const others = tabs.filter((tab) => {
      const shown = addressOf(tab);
      return shown !== undefined && caseId(shown.uri, shown.key) !== id;
    });
    if (others.length > 0) {
      await vscode.window.tabGroups.close(others, true);
    }
  }
}

function addressOf({ input }: vscode.Tab): ReturnType<typeof readAnswerAddress> {
  const address =
    input instanceof vscode.TabInputTextDiff ? input.modified : input instanceof vscode.TabInputText ? input.uri : undefined;
  return address?.scheme === SCHEME ? readAnswerAddress(address.query) : undefined;
}
