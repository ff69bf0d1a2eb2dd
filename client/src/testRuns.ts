/**
 * Show every run in the Test Explorer, whoever started it: a lens, a save, the palette or the explorer itself.
 *
 * Nothing is persisted: VS Code would write messages, which quote answers, into its state.
 */
import * as vscode from "vscode";

import { CANCEL_RUN, RESULTS, RUN_STATE } from "./protocol";
import type { CaseUpdate, ResultsParams, RunStateParams } from "./protocol";
import type { Server } from "./server";
import type { TestMessages } from "./testMessages";
import { caseId } from "./testTree";
import type { TestTree } from "./testTree";
import { isSameResult, outcomeOf } from "./verdictText";

/** A run as VS Code shows it, with the cases that it still waits for. */
export interface OpenRun {
  readonly run: vscode.TestRun;
  readonly waiting: Map<string, vscode.TestItem>;
  readonly landing: Promise<void>[];
  /** The server's numbers for it. */
  readonly numbers: Set<number>;
}

export class TestRuns implements vscode.Disposable {
  readonly #open = new Set<OpenRun>();
  readonly #byToken = new Map<string, OpenRun>();
  readonly #subscriptions: vscode.Disposable[];
  /** What the server tells is taken in its order, though cases may have to be asked for in between. */
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
        this.#enqueue(() => this.#follow(state));
      }),
      server.on(RESULTS, (results) => {
        this.#enqueue(() => this.#take(results));
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

  /** Open a run of the Test Explorer's own; the server's runs that bear `token` belong to it. */
  begin(request: vscode.TestRunRequest, cases: readonly vscode.TestItem[], token?: string, title?: string): OpenRun {
    const open: OpenRun = {
      run: this.controller.createTestRun(request, title, false),
      waiting: new Map(cases.map((item) => [item.id, item])),
      landing: [],
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

  /** Close a run when everything that the server told so far is shown. */
  async end(open: OpenRun, error?: string): Promise<void> {
    await this.#queue;
    await this.#close(open, error);
  }

  #enqueue(step: () => void | Promise<void>): void {
    this.#queue = this.#queue.then(step).catch(() => undefined); // A server that went meanwhile: its runs end with it.
  }

  async #follow(state: RunStateParams): Promise<void> {
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

  async #take({ run, results }: ResultsParams): Promise<void> {
    await this.showCases([...new Set(results.map(({ uri }) => uri))]);
    const others: { item: vscode.TestItem; news: CaseUpdate }[] = [];
    for (const news of results) {
      const item = this.tree.case(news.uri, news.key);
      // A result that was dropped since, by an edit, may still be told to be of older code.
      if (item === undefined || (run === null && news.isStale && this.tree.newsOf(item) === undefined)) {
        continue;
      }
      const waiting = run === null ? [] : [...this.#open].filter((open) => open.waiting.delete(caseId(news.uri, news.key)));
      for (const open of waiting) {
        open.landing.push(this.#report(open.run, item, news));
      }
      const before = this.tree.newsOf(item);
      if (waiting.length === 0 && (!isSameResult(news, before) || (before?.isStale === true && !news.isStale))) {
        others.push({ item, news });
      }
      this.tree.note(item, news);
    }
    if (others.length > 0) {
      const open = this.begin(new vscode.TestRunRequest(others.map(({ item }) => item)), [], undefined, "llmentary: judged again");
      open.landing.push(...others.map(({ item, news }) => this.#report(open.run, item, news)));
      await this.#close(open);
    }
    const stale = results.flatMap(({ uri, key, isStale }) => (isStale ? (this.tree.case(uri, key) ?? []) : []));
    if (stale.length > 0) {
      this.controller.invalidateTestResults(stale);
    }
  }

  async #report(run: vscode.TestRun, item: vscode.TestItem, news: CaseUpdate): Promise<void> {
    const milliseconds = news.elapsed * 1000;
    // Without a location: VS Code would write it into the editor, behind the question.
    run.appendOutput(`${news.state}  ${item.label}  (${news.elapsed.toFixed(1)} s)\r\n`, undefined, item);
    switch (outcomeOf(news.verdict)) {
      case "passed":
        run.passed(item, milliseconds);
        break;
      case "skipped":
        run.skipped(item);
        break;
      case "failed":
        run.failed(item, await this.messages.of(news), milliseconds);
        break;
      case "errored":
        run.errored(item, await this.messages.of(news), milliseconds);
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
    await Promise.all(open.landing);
    open.run.end();
  }

  /** A server that went takes its runs with it. */
  async #endAll(): Promise<void> {
    for (const open of this.#open) {
      await this.#close(open);
    }
  }
}
