/**
 * The Test Explorer: suites by folder, their cases when needed, and the run profiles.
 */
import * as vscode from "vscode";

import { ContinuousRuns } from "./continuousRuns";
import type { Debugging } from "./debugging";
import { messageOf } from "../server/errorMessage";
import { APPROVED, CASES, CASES_CHANGED, RESULTS, RUN, SUITES } from "../protocol";
import type { CasesResult, RunParams, RunResult, SuitesResult } from "../protocol";
import type { Server } from "../server/server";
import { TestMessages } from "./testMessages";
import { TestRuns } from "./testRuns";
import { TestTree, sameUri } from "./testTree";
import { isAllowedToRun } from "../server/trust";

export class TestExplorer implements vscode.Disposable {
  readonly controller = vscode.tests.createTestController("llmentary", "llmentary");
  readonly tree = new TestTree(this.controller);
  readonly #runs: TestRuns;
  readonly #continuous: ContinuousRuns;
  readonly #requested = new Map<string, Promise<void>>();
  readonly #subscriptions: { dispose(): unknown }[] = [];
  #runCount = 0;
  #menuTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly debugging: Debugging,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.#runs = new TestRuns(this.controller, this.tree, server, new TestMessages(server), (uris) => this.showCases(uris));
    this.#continuous = new ContinuousRuns((request, token) => this.run(request, token), this.tree);
    const { Run, Debug } = vscode.TestRunProfileKind;
    const run = this.controller.createRunProfile("Run Regression", Run, (...request) => this.#start(...request), true, undefined, true);
    const debug = this.controller.createRunProfile("Debug the Callable", Debug, (...request) => this.#debug(...request), true);
    this.controller.resolveHandler = (item) => (item === undefined ? this.refresh() : this.#resolve(item));
    this.controller.refreshHandler = () => this.refresh();
    this.#subscriptions.push(
      this.controller,
      this.#runs,
      this.#continuous,
      run,
      debug,
      server.onDidStart(() => this.refresh()),
      server.on(CASES_CHANGED, ({ uri, isGone }) => {
        void this.#refreshSuite(uri, isGone);
      }),
      server.on(RESULTS, () => {
        this.#updateMenus();
      }),
      server.on(APPROVED, () => {
        this.#updateMenus();
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.#showOpened(document)),
    );
  }

  dispose(): void {
    clearTimeout(this.#menuTimer);
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** Fetch the suites, and the cases of those that were expanded or opened. */
  async refresh(): Promise<void> {
    const answer = await this.#ask<SuitesResult>(SUITES);
    if (answer === undefined) {
      return;
    }
    const resolved = this.tree.suites.filter((uri) => this.tree.isResolved(uri));
    this.tree.showSuites(answer.suites);
    this.#requested.clear();
    this.#updateMenus();
    await this.showCases(resolved.filter((uri) => this.tree.suite(uri) !== undefined));
    for (const document of vscode.workspace.textDocuments) {
      await this.#showOpened(document);
    }
  }

  /** Make sure that the cases of these suites are shown; each suite is fetched once. */
  async showCases(uris: readonly string[]): Promise<void> {
    if (uris.some((uri) => this.tree.suite(uri) === undefined)) {
      const answer = await this.#ask<SuitesResult>(SUITES);
      this.tree.showSuites(answer?.suites ?? []);
    }
    await Promise.all(
      uris.map(sameUri).map((uri) => {
        const request = this.#requested.get(uri) ?? this.#fetchCases(uri);
        this.#requested.set(uri, request);
        return request;
      }),
    );
  }

  /** Run the chosen cases; resolves when the run has ended. */
  async run(request: vscode.TestRunRequest, cancellation: vscode.CancellationToken, debug = false): Promise<void> {
    const included = request.include ?? [...this.controller.items].map(([, item]) => item);
    await this.showCases(included.flatMap((item) => this.tree.suitesOf(item)));
    const excluded = new Set((request.exclude ?? []).flatMap((item) => this.tree.leaves(item)));
    const cases = [...new Set(included.flatMap((item) => this.tree.leaves(item)))].filter((item) => !excluded.has(item));
    const token = `test-explorer-${++this.#runCount}`;
    const open = this.#runs.begin(request, cases, token);
    const wanted = request.include === undefined && excluded.size === 0 && !debug ? [{}] : this.#paramsFor(cases);
    const errors: string[] = [];
    const { folder } = this.debugging;
    const options = debug ? { debug, ...(folder === undefined ? {} : { debugpy: folder }) } : {};
    const ask = async (params: RunParams) => {
      try {
        await this.server.ask<RunResult>(RUN, { ...params, token, ...options }, cancellation);
      } catch (error) {
        errors.push(...(cancellation.isCancellationRequested ? [] : [messageOf(error)]));
      }
    };
    // One debugger at a time; everything else at once, since the server limits how much is asked in parallel.
    if (debug) {
      for (const params of wanted) {
        await ask(params);
      }
    } else {
      await Promise.all(wanted.map(ask));
    }
    await this.#runs.end(open, errors[0]);
  }

  /** Run now, and again after each change of code or a suite, until the token is cancelled. */
  follow(request: vscode.TestRunRequest, cancellation: vscode.CancellationToken): Promise<void> {
    return this.#continuous.follow(request, cancellation);
  }

  /** Return whether cases can be debugged; if not, the user is told why. */
  canDebug(): boolean {
    return isAllowedToRun() && this.debugging.isPossible();
  }

  async #start(request: vscode.TestRunRequest, cancellation: vscode.CancellationToken): Promise<void> {
    if (!isAllowedToRun()) {
      return;
    }
    if (request.continuous === true) {
      await this.follow(request, cancellation);
    } else {
      await this.run(request, cancellation);
    }
  }

  async #debug(request: vscode.TestRunRequest, cancellation: vscode.CancellationToken): Promise<void> {
    if (this.canDebug()) {
      await this.run(request, cancellation, true);
    }
  }

  #paramsFor(cases: readonly vscode.TestItem[]): RunParams[] {
    const byUri = new Map<string, string[]>();
    for (const item of cases) {
      const origin = this.tree.originOf(item);
      if (origin?.key !== undefined) {
        byUri.set(origin.uri, [...(byUri.get(origin.uri) ?? []), origin.key]);
      }
    }
    return [...byUri].map(([uri, keys]) => ({ uri, keys }));
  }

  async #resolve(item: vscode.TestItem): Promise<void> {
    const origin = this.tree.originOf(item);
    if (origin !== undefined) {
      item.busy = true;
      await this.showCases([origin.uri]);
      item.busy = false;
    }
  }

  async #refreshSuite(uri: string, isGone: boolean): Promise<void> {
    if (isGone || this.tree.suite(uri) === undefined) {
      this.#requested.delete(sameUri(uri));
      await this.refresh();
    } else if (this.#requested.delete(sameUri(uri))) {
      await this.showCases([uri]);
    }
  }

  /** Show the cases of an open suite, so that it has its gutter icons even if the Test Explorer was never opened. */
  async #showOpened({ uri, languageId }: vscode.TextDocument): Promise<void> {
    if (languageId === "llmtest" && this.tree.suite(uri.toString()) !== undefined) {
      await this.showCases([uri.toString()]);
    }
  }

  async #fetchCases(uri: string): Promise<void> {
    const cases = await this.#ask<CasesResult>(CASES, { uri });
    if (cases !== undefined) {
      const outdated = this.tree.showCases(cases);
      if (outdated.length > 0) {
        this.controller.invalidateTestResults(outdated);
      }
      this.#updateMenus();
    }
  }

  /** Update which cases the menus offer to approve or compare, a few times a second at most. */
  #updateMenus(): void {
    this.#menuTimer ??= setTimeout(() => {
      this.#menuTimer = undefined;
      const cases = this.tree.suites.flatMap((uri) => {
        const suite = this.tree.suite(uri);
        return suite === undefined ? [] : this.tree.leaves(suite);
      });
      const idsWith = (has: "isApprovable" | "hasDiff") =>
        cases.filter((item) => this.tree.resultOf(item)?.[has] === true).map(({ id }) => id);
      void vscode.commands.executeCommand("setContext", "llmentary.hasSuites", this.tree.suites.length > 0);
      void vscode.commands.executeCommand("setContext", "llmentary.approvable", idsWith("isApprovable"));
      void vscode.commands.executeCommand("setContext", "llmentary.comparable", idsWith("hasDiff"));
    }, 200);
  }

  async #ask<Answer>(method: string, params?: unknown): Promise<Answer | undefined> {
    try {
      return await this.server.ask<Answer>(method, params);
    } catch (error) {
      // The server or the suite is gone: the next start or change asks again.
      this.log.debug(`${method} was not answered: ${messageOf(error)}`);
      return undefined;
    }
  }
}
