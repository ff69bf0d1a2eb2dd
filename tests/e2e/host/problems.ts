/** Problems that an author has to fix, and a callable that fails. */
import assert from "node:assert/strict";
import * as vscode from "vscode";

import { codeOf, diagnosticsLike, openSuite, ourDiagnostics, startedApi, until } from "./workspace";

export function suite(): void {
  describe("problems", () => {
    before(startedApi);

    it("mark an unknown setting, with a code and a fix", async () => {
      const document = await openSuite("unknown.llmtest", "@calable bot:ask\n\nDo you ship to Norway?\n");

      const problem = await until("there is a problem", () => ourDiagnostics(document)[0]);

      assert.match(codeOf(problem), /^LLM\d{3}$/);
      assert.match(problem.message, /callable/);
      assert.equal(problem.range.start.line, 0);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        problem.range,
        vscode.CodeActionKind.QuickFix.value,
        20,
      );
      const fix = actions.find(({ edit }) => edit !== undefined);
      assert.ok(fix?.edit, "there is a fix");
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(document.lineAt(0).text, "@callable bot:ask");
      await until("the problem is gone", () => ourDiagnostics(document).length === 0);
    });

    it("have the right range after emoji and right-to-left text", async () => {
      const document = await openSuite("emoji.llmtest", "👩‍🚀 שלום: What is our refund policy?\n\n=== a b\n\nHello?\n");

      const problem = await until("there is a problem", () => ourDiagnostics(document)[0]);

      assert.equal(problem.range.start.line, 2);
    });

    it("show a callable that raises, with the reason", async () => {
      const document = await openSuite("raises.llmtest", "Will it crash?\n");

      await vscode.commands.executeCommand("llmentary.runFile");

      const [problem] = await diagnosticsLike(document, [vscode.DiagnosticSeverity.Error]);
      assert.ok(problem);
      assert.match(codeOf(problem), /^error\//);
      assert.match(problem.message, /the handbook is closed/);
    });

    it("show a callable that does not exist", async () => {
      const document = await openSuite("missing.llmtest", "@callable nowhere:ask\n\nDo you ship to Norway?\n");

      await vscode.commands.executeCommand("llmentary.runFile");

      const [problem] = await diagnosticsLike(document, [vscode.DiagnosticSeverity.Error]);
      assert.ok(problem);
      assert.match(problem.message, /nowhere/);
    });

    it("disappear when the text is fixed", async () => {
      const document = await openSuite("fixed.llmtest", "=== a b\n\nDo you ship to Norway?\n");
      await until("there is a problem", () => ourDiagnostics(document)[0]);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);

      await editor.edit((edit) => {
        edit.delete(new vscode.Range(0, 5, 0, 7));
      });

      await until("the problem is gone", () => ourDiagnostics(document).length === 0);
    });
  });
}
