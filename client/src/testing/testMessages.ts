/**
 * The messages of failed cases: the sentence, the redacted diff, and the lines of the user's own traceback.
 */
import * as vscode from "vscode";

import { DIFF } from "../protocol";
import type { CaseUpdate, DiffResult } from "../protocol";
import type { Server } from "../server/server";

/** What the oldest supported VS Code does not have. */
interface Newer {
  readonly TestMessageStackFrame?: new (label: string, uri?: vscode.Uri, position?: vscode.Position) => unknown;
}

export class TestMessages {
  constructor(private readonly server: Server) {}

  /**
   * Return the messages for a case that failed: the sentence, and the diff if there is one.
   *
   * They may quote an answer, so they go into runs that are not persisted. The sentence comes first: VS Code shows the
   * first message after the question, and of a diff it would show the first words of both sides.
   */
  async of(update: CaseUpdate): Promise<vscode.TestMessage[]> {
    const sentence = new vscode.TestMessage(update.message);
    const raised = update.frames.at(-1);
    if (raised !== undefined) {
      sentence.location = new vscode.Location(vscode.Uri.parse(raised.uri), new vscode.Position(raised.line, 0));
    }
    const Frame = (vscode as Newer).TestMessageStackFrame;
    if (Frame !== undefined && update.frames.length > 0) {
      const frames = update.frames.map(
        ({ uri, line, function: name }) => new Frame(name, vscode.Uri.parse(uri), new vscode.Position(line, 0)),
      );
      Object.assign(sentence, { stackTrace: frames.reverse() });
    }
    const diff = update.hasDiff ? await this.#diff(update) : undefined;
    const messages = diff === undefined ? [sentence] : [sentence, diff];
    for (const message of update.isApprovable ? messages : []) {
      message.contextValue = "llmentary.approvable";
    }
    return messages;
  }

  async #diff({ uri, key }: CaseUpdate): Promise<vscode.TestMessage | undefined> {
    let diff: DiffResult | undefined;
    try {
      diff = await this.server.ask<DiffResult>(DIFF, { uri, key });
    } catch {
      // The answer is gone, as after an edit: only the sentence remains.
    }
    return typeof diff?.left === "string" && typeof diff.right === "string"
      ? vscode.TestMessage.diff("The approved answer, redacted, and the new answer", diff.left, diff.right)
      : undefined;
  }
}
