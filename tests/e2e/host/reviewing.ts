/** Comparing and reviewing: native diffs of answers that are in memory only. */
import assert from "node:assert/strict";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { click, diagnosticsLike, lens, lensesOf, openSuite, replaceInFile, startedApi, until } from "./workspace";

const SHOP = "Hazelmoor";
const { Information } = vscode.DiagnosticSeverity;

/** The active tab, if it shows answers. */
function answers(): { left: string | undefined; right: string; label: string } | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  const shown = (uri: vscode.Uri) => vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())?.getText();
  if (tab?.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === "llmentary-answer") {
    const [left, right] = [shown(tab.input.original), shown(tab.input.modified)];
    return left === undefined || right === undefined ? undefined : { left, right, label: tab.label };
  }
  if (tab?.input instanceof vscode.TabInputText && tab.input.uri.scheme === "llmentary-answer") {
    const right = shown(tab.input.uri);
    return right === undefined ? undefined : { left: undefined, right, label: tab.label };
  }
  return undefined;
}

export function suite(): void {
  describe("comparing and reviewing", () => {
    let api: Api;

    before(async () => {
      api = await startedApi();
    });
    afterEach(async () => {
      replaceInFile("bot.py", /DAYS = \d+/, "DAYS = 30");
      await vscode.commands.executeCommand("llmentary.review.stop");
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    });

    /** A suite of one approved question, whose answer then changes. */
    async function changed(name: string): Promise<vscode.TextDocument> {
      const document = await openSuite(name, "What is our refund policy?\n");
      await click(await lens(document, "Run regression"));
      await click(await lens(document, "Approve"));
      await lens(document, "passed");
      replaceInFile("bot.py", "DAYS = 30", "DAYS = 14");
      await click(await lens(document, "Run regression"));
      await until("it changed", async () => (await lensesOf(document)).some(({ command }) => command?.title.startsWith("changed")));
      return document;
    }

    it("compares the new answer with the redacted approved one", async () => {
      await changed("compared.llmtest");

      await vscode.commands.executeCommand("llmentary.showDiff");

      const shown = await until("a diff is shown", answers);
      assert.match(shown.right, /14 days/);
      assert.match(String(shown.left), /▇/);
      assert.doesNotMatch(shown.label, new RegExp(SHOP));
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input as vscode.TabInputTextDiff;
      assert.doesNotMatch(decodeURIComponent(`${tab.original.toString()}${tab.modified.toString()}`), new RegExp(SHOP));
      assert.equal(vscode.window.activeTextEditor?.document.languageId, "llmentary-answer");
      await vscode.commands.executeCommand("type", { text: "x" });
      assert.equal(vscode.window.activeTextEditor.document.isDirty, false, "answers cannot be edited");
      assert.deepEqual(answers(), shown);
    });

    it("shows a new answer alone", async () => {
      const document = await openSuite("alone.llmtest", "Do you ship to Norway?\n");
      await click(await lens(document, "Run regression"));
      await diagnosticsLike(document, [Information]);

      await vscode.commands.executeCommand("llmentary.showDiff");

      const shown = await until("the answer is shown", answers);
      assert.equal(shown.left, undefined);
      assert.match(shown.right, new RegExp(SHOP));
    });

    it("approves the compared answer", async () => {
      const document = await changed("compared-approved.llmtest");
      await vscode.commands.executeCommand("llmentary.showDiff");
      await until("a diff is shown", answers);
      const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input as vscode.TabInputTextDiff;

      await vscode.commands.executeCommand("llmentary.approveTest", tab.modified);

      await lens(document, "passed");
    });

    it("goes through new and changed answers, and undoes decisions", async () => {
      const document = await openSuite("review.llmtest", "What is our refund policy?\nDo you ship to Norway?\nWho are you?\n");
      await click(await lens(document, "Run all in file"));
      await diagnosticsLike(document, [Information, Information, Information]);

      await vscode.commands.executeCommand("llmentary.reviewFile");
      assert.equal(api.review.list?.progress, "1 of 3");
      await until("the first answer is shown", () => answers()?.right.includes("days"));
      await vscode.commands.executeCommand("llmentary.review.approve");
      await lens(document, "passed", 0);
      await until("the second answer is shown", () => answers()?.right.includes("Norway"));
      await vscode.commands.executeCommand("llmentary.review.reject");
      await until("the third answer is shown", () => answers()?.right.includes("help@example.com"));
      assert.equal(api.review.list.progress, "3 of 3");

      await vscode.commands.executeCommand("llmentary.review.undo");
      assert.equal(api.review.list.progress, "2 of 3");
      await vscode.commands.executeCommand("llmentary.review.undo");
      await lens(document, "new", 0);
      assert.equal(api.review.list.progress, "1 of 3");
      await vscode.commands.executeCommand("llmentary.review.reject");
      await vscode.commands.executeCommand("llmentary.review.next");
      await vscode.commands.executeCommand("llmentary.review.approve");

      assert.equal(api.review.list, undefined, "the review has ended");
      await lens(document, "passed", 2);
      await until("the rejection holds", async () => (await lensesOf(document)).some(({ command, range }) => range.start.line === 0 && command?.title.includes("rejected")));
      assert.equal(answers(), undefined, "no tab is left");
    });

    it("ends when its tab is closed", async () => {
      const document = await openSuite("closing.llmtest", "Do you ship to Norway?\n");
      await click(await lens(document, "Run regression"));
      await diagnosticsLike(document, [Information]);
      await vscode.commands.executeCommand("llmentary.reviewFile");
      await until("the answer is shown", answers);

      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");

      await until("the review has ended", () => api.review.list === undefined);
    });

    it("undoes the last approval", async () => {
      const document = await openSuite("undone.llmtest", "Do you ship to Norway?\n");
      await click(await lens(document, "Run regression"));
      await click(await lens(document, "Approve"));
      await lens(document, "passed");

      await vscode.commands.executeCommand("llmentary.undoApproval");

      await lens(document, "new");
    });
  });
}
