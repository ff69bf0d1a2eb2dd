/**
 * Continuous runs: run the chosen cases again whenever the code or a suite changes.
 */
import * as vscode from "vscode";

import type { TestTree } from "./testTree";

/** Several files are often written at once, as by a formatter or a checkout. */
const PAUSE_MS = 300;

export class ContinuousRuns implements vscode.Disposable {
  readonly #followed = new Map<vscode.TestRunRequest, vscode.CancellationToken>();
  readonly #watcher = vscode.workspace.createFileSystemWatcher("**/*.{py,llmtest,toml}");
  readonly #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #current: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly run: (request: vscode.TestRunRequest, token: vscode.CancellationToken) => Promise<void>,
    private readonly tree: TestTree,
  ) {
    this.#watcher.onDidChange((uri) => {
      this.#schedule(uri);
    });
    this.#watcher.onDidCreate((uri) => {
      this.#schedule(uri);
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watcher.dispose();
    this.#current?.cancel();
  }

  /** Run now, and again after each change, until the token is cancelled. */
  async follow(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    this.#followed.set(request, token);
    token.onCancellationRequested(() => this.#followed.delete(request));
    await this.run(request, token);
  }

  #schedule(uri: vscode.Uri): void {
    const isThirdParty = vscode.workspace.asRelativePath(uri, false).split("/").some((part) => /^\.|^node_modules$|^site-packages$/.test(part));
    if (this.#followed.size === 0 || isThirdParty) {
      return;
    }
    this.#changed.add(uri.toString());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#runAgain();
    }, PAUSE_MS);
  }

  async #runAgain(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const isCode = changed.some((uri) => !uri.endsWith(".llmtest"));
    // The change has made the current run pointless.
    this.#current?.cancel();
    const current = new vscode.CancellationTokenSource();
    this.#current = current;
    for (const [request, token] of this.#followed) {
      const include = isCode ? request.include : this.#within(request, changed);
      if (include === undefined || include.length > 0) {
        const ends = token.onCancellationRequested(() => {
          current.cancel();
        });
        await this.run(new vscode.TestRunRequest(include, request.exclude, request.profile, true), current.token);
        ends.dispose();
      }
    }
  }

  /** Return the part of a request that lies in the changed suites. */
  #within(request: vscode.TestRunRequest, changed: readonly string[]): readonly vscode.TestItem[] {
    const suites = changed.flatMap((uri) => this.tree.suite(uri) ?? []);
    if (request.include === undefined) {
      return suites;
    }
    return request.include.flatMap((item) => {
      const touched = this.tree.suitesOf(item).filter((uri) => changed.includes(uri));
      const isInside = this.tree.originOf(item) !== undefined;
      return isInside && touched.length > 0 ? [item] : suites.filter(({ id }) => touched.includes(id));
    });
  }
}
