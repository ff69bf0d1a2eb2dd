/** Commands of the Explorer's menus, and the steps of the walkthrough. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

import { folder, openSuite, startedApi, until } from "./workspace";

interface Ran {
  summary: Record<string, number>;
}

export function suite(): void {
  describe("menus", () => {
    before(startedApi);

    it("run all suites of a folder", async () => {
      mkdirSync(path.join(folder(), "below"), { recursive: true });
      const one = await openSuite("below/one.llmtest", "Do you ship to Norway?\n");
      const two = await openSuite("below/two.llmtest", "What is our refund policy?\nWho are you?\n");
      const { tests } = await startedApi();
      await until("both are known", () => [one, two].every(({ uri }) => tests.tree.suite(uri.toString()) !== undefined));

      const ran = await vscode.commands.executeCommand<Ran>("llmentary.runResource", vscode.Uri.file(path.join(folder(), "below")));

      assert.deepEqual(ran.summary, { new: 3 });
    });

    it("run a suite that is not open", async () => {
      const { tests } = await startedApi();
      const file = vscode.Uri.file(path.join(folder(), "support.llmtest"));
      await until("it is known", () => tests.tree.suite(file.toString()));

      const ran = await vscode.commands.executeCommand<Ran>("llmentary.runResource", file, [file]);

      assert.equal(Object.values(ran.summary).reduce((sum, count) => sum + count, 0), 3);
    });

    it("open an existing suite instead of creating a first one", async () => {
      await vscode.commands.executeCommand("llmentary.createFirstSuite");

      assert.equal(vscode.window.activeTextEditor?.document.languageId, "llmtest");
    });
  });

  describe("the list of callables", () => {
    it("offers the functions of the folder", async () => {
      const document = await openSuite("callables.llmtest", "@callable ");

      const at = new vscode.Position(0, 10);

      await until("the bot is offered", async () => {
        const offered = await vscode.commands.executeCommand<vscode.CompletionList>("vscode.executeCompletionItemProvider", document.uri, at);
        return offered.items.some(({ label }) => label === "bot:ask");
      });
    });
  });

  describe("snippets", () => {
    it("are offered in a suite", async () => {
      const document = await openSuite("snippets.llmtest", "=== ca\n");

      const offered = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        new vscode.Position(0, 6),
      );

      assert.ok(offered.items.some(({ kind }) => kind === vscode.CompletionItemKind.Snippet));
    });
  });
}
