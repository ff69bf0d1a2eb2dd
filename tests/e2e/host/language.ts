/** The language, as VS Code knows it from the manifest. */
import assert from "node:assert/strict";
import * as vscode from "vscode";

import { openSuite } from "./workspace";

export function suite(): void {
  describe("the language", () => {
    it("is recognized by the file extension", async () => {
      const document = await openSuite("language.llmtest", "What is your name?\n");

      assert.equal(document.languageId, "llmtest");
    });

    it("comments a line with #", async () => {
      const document = await openSuite("comment.llmtest", "What is your name?\n");

      await vscode.commands.executeCommand("editor.action.commentLine");

      assert.equal(document.lineAt(0).text, "# What is your name?");
    });
  });
}
