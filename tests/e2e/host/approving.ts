/** The main path: run, approve, change, see the change, approve again. */
import assert from "node:assert/strict";
import * as vscode from "vscode";

import {
  click,
  codeOf,
  diagnosticsLike,
  lens,
  lensesOf,
  openSuite,
  ourDiagnostics,
  replaceInFile,
  startedApi,
  until,
} from "./workspace";

const { Error: Red, Information } = vscode.DiagnosticSeverity;
/** A word that only answers contain; `bot.py` spells it backwards. */
const SHOP = "Hazelmoor";

const TWO_QUESTIONS = "What is our refund policy?\nDo you ship to Norway?\n";

interface Ran {
  summary: Record<string, number>;
}

/** Run the suite and approve all new answers, waiting for each step. */
async function runAndApprove(document: vscode.TextDocument): Promise<void> {
  assert.deepEqual((await run())?.summary, { new: 2 });
  await diagnosticsLike(document, [Information, Information]);
  await vscode.commands.executeCommand("llmentary.approveNewInFile");
  await diagnosticsLike(document, []);
}

async function run(command = "llmentary.runFile"): Promise<Ran | undefined> {
  return vscode.commands.executeCommand<Ran | undefined>(command);
}

export function suite(): void {
  describe("regression", () => {
    before(startedApi);
    it("offers to run each case", async () => {
      const document = await openSuite("offers.llmtest", TWO_QUESTIONS);

      await lens(document, "Run regression", 0);
      await lens(document, "Run regression", 1);
    });

    it("shows new answers as information", async () => {
      const document = await openSuite("new.llmtest", TWO_QUESTIONS);

      const ran = await run();

      assert.deepEqual(ran?.summary, { new: 2 });
      const [first] = await diagnosticsLike(document, [Information, Information]);
      assert.ok(first && codeOf(first).startsWith("new"), "the code names the verdict");
    });

    it("runs and approves one case by its lenses", async () => {
      const document = await openSuite("lenses.llmtest", TWO_QUESTIONS);

      await click(await lens(document, "Run regression", 1));
      await diagnosticsLike(document, [Information]);
      await click(await lens(document, "Approve", 1));

      await diagnosticsLike(document, []);
      await lens(document, "passed", 1);
    });

    it("runs only the case at the cursor", async () => {
      await openSuite("cursor.llmtest", TWO_QUESTIONS);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      editor.selection = new vscode.Selection(1, 3, 1, 3);

      const ran = await run("llmentary.runCaseAtCursor");

      assert.deepEqual(ran?.summary, { new: 1 });
    });

    it("approves all new answers of a suite at once", async () => {
      const document = await openSuite("all.llmtest", TWO_QUESTIONS);
      await runAndApprove(document);

      assert.deepEqual((await run())?.summary, { passed: 2 });
    });

    it("shows a changed number as an error, until it is approved by the quick fix", async () => {
      const document = await openSuite("changed.llmtest", TWO_QUESTIONS);
      await runAndApprove(document);

      replaceInFile("bot.py", "DAYS = 30", "DAYS = 14");
      assert.deepEqual((await run())?.summary, { changed: 1, passed: 1 });
      const [changed] = await diagnosticsLike(document, [Red]);
      assert.ok(changed);
      assert.equal(changed.range.start.line, 0);
      assert.equal(codeOf(changed), "changed/number-differs");
      assert.match(changed.message, /14/);

      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        changed.range,
        vscode.CodeActionKind.QuickFix.value,
        20,
      );
      const approve = actions.find(({ title }) => title.startsWith("Approve"));
      assert.ok(approve, `there is a fix among: ${actions.map(({ title }) => title).join(", ")}`);
      if (approve.edit !== undefined) {
        await vscode.workspace.applyEdit(approve.edit);
      }
      assert.ok(approve.command);
      await click(approve.command);

      await diagnosticsLike(document, []);
      replaceInFile("bot.py", "DAYS = 14", "DAYS = 30");
    });

    it("shows the new answer on hovering over the question", async () => {
      const document = await openSuite("hover.llmtest", TWO_QUESTIONS);
      await run();
      await diagnosticsLike(document, [Information, Information]);

      const text = await until("the hover shows the answer", async () => {
        const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
          "vscode.executeHoverProvider",
          document.uri,
          new vscode.Position(0, 4),
        );
        const shown = hovers
          .flatMap(({ contents }) => contents)
          .map((content) => (content as vscode.MarkdownString).value)
          .join("\n");
        return shown.includes(SHOP) && shown;
      });

      assert.match(text, /\d+ days/);
    });

    it("runs new questions when the suite is saved", async () => {
      const document = await openSuite("saved.llmtest", "What is our refund policy?\n");
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);

      await editor.edit((edit) => {
        edit.insert(new vscode.Position(1, 0), "Do you ship to Norway?\n");
      });
      await document.save();

      await until("the new question has a verdict", () => ourDiagnostics(document).some(({ range }) => range.start.line === 1));
    });

    it("keeps results when the suite's lines move", async () => {
      const document = await openSuite("moved.llmtest", TWO_QUESTIONS);
      await runAndApprove(document);
      await lens(document, "passed", 1);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);

      await editor.edit((edit) => {
        edit.insert(new vscode.Position(0, 0), "# Two questions.\n");
      });

      await lens(document, "passed", 2);
      assert.ok((await lensesOf(document)).every(({ command }) => command?.title !== "Approve"));
    });
  });
}
