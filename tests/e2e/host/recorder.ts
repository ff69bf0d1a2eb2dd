/**
 * Records what is reported to the Test Explorer, since VS Code offers no way to read a test's state.
 */
import * as vscode from "vscode";

export interface Noted {
  readonly what: "enqueued" | "started" | "passed" | "failed" | "errored" | "skipped";
  readonly label: string;
  readonly id: string;
  readonly messages: readonly vscode.TestMessage[];
}

export class Recorder {
  readonly noted: Noted[] = [];
  readonly invalidated: string[] = [];
  readonly output: string[] = [];
  readonly persisted: boolean[] = [];
  ended = 0;
  started = 0;
  readonly #restore: () => void;

  constructor(controller: vscode.TestController) {
    const create = controller.createTestRun.bind(controller);
    const invalidate = controller.invalidateTestResults.bind(controller);
    controller.createTestRun = (request, name, persist) => {
      this.started += 1;
      const run = create(request, name, persist);
      this.persisted.push(run.isPersisted);
      return this.#watch(run);
    };
    controller.invalidateTestResults = (items) => {
      this.invalidated.push(...[items ?? []].flat().map(({ id }) => id));
      invalidate(items);
    };
    this.#restore = () => {
      controller.createTestRun = create;
      controller.invalidateTestResults = invalidate;
    };
  }

  /** The outcomes of a suite's cases so far, such as `failed What is our refund policy?`. */
  outcomesOf({ uri }: { readonly uri?: vscode.Uri | undefined }): string[] {
    const isOutcome = ({ what, id }: Noted) => what !== "enqueued" && what !== "started" && id.startsWith(String(uri));
    return this.noted.filter(isOutcome).map(({ what, label }) => `${what} ${label}`);
  }

  clear(): void {
    this.noted.length = 0;
    this.invalidated.length = 0;
    this.output.length = 0;
    this.ended = 0;
    this.started = 0;
  }

  dispose(): void {
    this.#restore();
  }

  #watch(run: vscode.TestRun): vscode.TestRun {
    const note = (what: Noted["what"], { id, label }: vscode.TestItem, message?: vscode.TestMessage | readonly vscode.TestMessage[]) => {
      this.noted.push({ what, id, label, messages: [message ?? []].flat() });
    };
    return {
      name: run.name,
      token: run.token,
      isPersisted: run.isPersisted,
      onDidDispose: run.onDidDispose,
      addCoverage: (coverage) => {
        run.addCoverage(coverage);
      },
      enqueued: (item) => {
        note("enqueued", item);
        run.enqueued(item);
      },
      started: (item) => {
        note("started", item);
        run.started(item);
      },
      skipped: (item) => {
        note("skipped", item);
        run.skipped(item);
      },
      passed: (item, duration) => {
        note("passed", item);
        run.passed(item, duration);
      },
      failed: (item, message, duration) => {
        note("failed", item, message);
        run.failed(item, message, duration);
      },
      errored: (item, message, duration) => {
        note("errored", item, message);
        run.errored(item, message, duration);
      },
      appendOutput: (text, location, test) => {
        this.output.push(text);
        run.appendOutput(text, location, test);
      },
      end: () => {
        this.ended += 1;
        run.end();
      },
    };
  }
}
