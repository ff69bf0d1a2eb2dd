/**
 * Show every run in the Test Explorer, whoever started it: a lens, a save, the palette or the explorer itself.
 *
 * Nothing is persisted: VS Code would write messages, which quote answers, into its state.
 */
import * as vscode from "vscode";

import { CANCEL_RUN, RESULTS, RUN_STATE } from "../protocol";
import type { CaseUpdate, ResultsParams, RunStateParams } from "../protocol";
import type { Server } from "../server/server";
import type { TestMessages } from "./testMessages";
import { caseId } from "./testTree";
import type { TestTree } from "./testTree";
import { isSameResult, outcomeOf } from "./outcome";

/** A run as VS Code shows it, with the cases that have no result yet. */
export interface OpenRun {
  readonly run: vscode.TestRun;
  readonly waiting: Map<string, vscode.TestItem>;
  readonly reports: Promise<void>[];
  /** The server's numbers for its parts. */
  readonly numbers: Set<number>;
}

export class TestRuns implements vscode.Disposable {
  readonly #open = new Set<OpenRun>();
  readonly #byToken = new Map<string, OpenRun>();
  readonly #subscriptions: vscode.Disposable[];
  /** Notifications are handled in their order, although cases may have to be fetched in between. */
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly controller: vscode.TestController,
    private readonly tree: TestTree,
    private readonly server: Server,
    private readonly messages: TestMessages,
    private readonly showCases: (uris: readonly string[]) => Promise<void>,
  ) {
    this.#subscriptions = [
      server.on(RUN_STATE, (state) => {
        this.#enqueue(() => this.#updateRun(state));
      }),
      server.on(RESULTS, (results) => {
        this.#enqueue(() => this.#showResults(results));
      }),
      server.onDidStart(() => {
        this.#enqueue(() => this.#endAll());
      }),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
    for (const { run } of this.#open) {
      run.end();
    }
  }

  /** Open a run that the Test Explorer has started; the server's runs with `token` belong to it. */
  begin(request: vscode.TestRunRequest, cases: readonly vscode.TestItem[], token?: string, title?: string): OpenRun {
    const open: OpenRun = {
      run: this.controller.createTestRun(request, title, false),
      waiting: new Map(cases.map((item) => [item.id, item])),
      reports: [],
      numbers: new Set(),
    };
    this.#open.add(open);
    if (token !== undefined) {
      this.#byToken.set(token, open);
    }
    for (const item of cases) {
      open.run.enqueued(item);
    }
    return open;
  }

  /** Close a run once all notifications so far are shown. */
  async end(open: OpenRun, error?: string): Promise<void> {
    await this.#queue;
    await this.#close(open, error);
  }

  #enqueue(step: () => void | Promise<void>): void {
    this.#queue = this.#queue.then(step).catch(() => undefined); // The server is gone by now: its runs end with it.
  }

  async #updateRun(state: RunStateParams): Promise<void> {
    const { run: number, token, title, suites } = state;
    if (state.state === "started") {
      await this.showCases(suites.map(({ uri }) => uri));
      const cases = suites.flatMap(({ uri, keys }) => keys.flatMap((key) => this.tree.case(uri, key) ?? []));
      const own = token === null ? undefined : this.#byToken.get(token);
      const open = own ?? this.begin(new vscode.TestRunRequest(cases), cases, undefined, title);
      open.numbers.add(number);
      if (own === undefined) {
        open.run.token.onCancellationRequested(() => {
          void this.server.client?.sendNotification(CANCEL_RUN, { run: number });
        });
      }
      for (const item of cases) {
        open.run.started(item);
      }
      return;
    }
    const ended = [...this.#open].find(({ numbers }) => numbers.has(number));
    if (ended !== undefined && ![...this.#byToken.values()].includes(ended)) {
      await this.#close(ended, state.error ?? undefined);
    }
  }

  async #showResults({ run, results }: ResultsParams): Promise<void> {
    await this.showCases([...new Set(results.map(({ uri }) => uri))]);
    const judgedAgain: { item: vscode.TestItem; update: CaseUpdate }[] = [];
    for (const update of results) {
      const item = this.tree.case(update.uri, update.key);
      // A result that an edit has dropped by now may still be reported as outdated.
      if (item === undefined || (run === null && update.isStale && this.tree.resultOf(item) === undefined)) {
        continue;
      }
      const waiting = run === null ? [] : [...this.#open].filter((open) => open.waiting.delete(caseId(update.uri, update.key)));
      for (const open of waiting) {
        open.reports.push(this.#report(open.run, item, update));
      }
      const before = this.tree.resultOf(item);
      if (waiting.length === 0 && (!isSameResult(update, before) || (before?.isStale === true && !update.isStale))) {
        judgedAgain.push({ item, update });
      }
      this.tree.showResult(item, update);
    }
    if (judgedAgain.length > 0) {
      const open = this.begin(new vscode.TestRunRequest(judgedAgain.map(({ item }) => item)), [], undefined, "llmentary: judged again");
      open.reports.push(...judgedAgain.map(({ item, update }) => this.#report(open.run, item, update)));
      await this.#close(open);
    }
    const stale = results.flatMap(({ uri, key, isStale }) => (isStale ? (this.tree.case(uri, key) ?? []) : []));
    if (stale.length > 0) {
      this.controller.invalidateTestResults(stale);
    }
  }

  async #report(run: vscode.TestRun, item: vscode.TestItem, update: CaseUpdate): Promise<void> {
    const milliseconds = update.elapsed * 1000;
    // Without a location: VS Code would show it in the editor, after the question.
    run.appendOutput(`${update.state}  ${item.label}  (${update.elapsed.toFixed(1)} s)\r\n`, undefined, item);
    switch (outcomeOf(update.verdict)) {
      case "passed":
        run.passed(item, milliseconds);
        break;
      case "skipped":
        run.skipped(item);
        break;
      case "failed":
        run.failed(item, await this.messages.of(update), milliseconds);
        break;
      case "errored":
        run.errored(item, await this.messages.of(update), milliseconds);
        break;
    }
  }

  async #close(open: OpenRun, error?: string): Promise<void> {
    this.#open.delete(open);
    for (const [token, other] of this.#byToken) {
      if (other === open) {
        this.#byToken.delete(token);
      }
    }
    if (error !== undefined) {
      open.run.appendOutput(`${error.replace(/\r?\n/g, "\r\n")}\r\n`);
      for (const item of open.waiting.values()) {
        open.run.errored(item, new vscode.TestMessage(error));
      }
    }
    await Promise.all(open.reports);
    open.run.end();
  }

  /** End the runs of a server that is gone. */
  async #endAll(): Promise<void> {
    for (const open of this.#open) {
      await this.#close(open);
    }
  }
}
