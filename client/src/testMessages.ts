/**
 * The messages of failed cases: the sentence, the redacted diff, and the lines of the user's own traceback.
 */
import * as vscode from "vscode";

import { DIFF } from "./protocol";
import type { CaseNews, DiffResult } from "./protocol";
import type { Server } from "./server";

/** Newer than the oldest VS Code that is supported. */
interface Newer {
  readonly TestMessageStackFrame?: new (label: string, uri?: vscode.Uri, position?: vscode.Position) => unknown;
}

export class TestMessages {
  constructor(private readonly server: Server) {}

  /** Return the message for a case that failed. It may quote an answer, so it goes into runs that are not persisted. */
  async of(item: vscode.TestItem, news: CaseNews): Promise<vscode.TestMessage> {
    const message = await this.#worded(news);
    if (item.uri !== undefined && item.range !== undefined) {
      message.location = new vscode.Location(item.uri, item.range);
    }
    if (news.isApprovable) {
      message.contextValue = "llmentary.approvable";
    }
    const Frame = (vscode as Newer).TestMessageStackFrame;
    if (Frame !== undefined && news.frames.length > 0) {
      const frames = news.frames.map(
        ({ uri, line, function: name }) => new Frame(name, vscode.Uri.parse(uri), new vscode.Position(line, 0)),
      );
      Object.assign(message, { stackTrace: frames.reverse() });
    }
    return message;
  }

  async #worded(news: CaseNews): Promise<vscode.TestMessage> {
    const { uri, key, message } = news;
    let diff: DiffResult | undefined;
    if (news.hasDiff) {
      try {
        diff = await this.server.ask<DiffResult>(DIFF, { uri, key });
      } catch {
        // The answer is gone already, as after an edit: the sentence remains.
      }
    }
    return typeof diff?.left === "string" && typeof diff.right === "string"
      ? vscode.TestMessage.diff(message, diff.left, diff.right)
      : new vscode.TestMessage(message);
  }
}
