/** The training inbox: a running application sends its answers, and the user decides about them here. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { folder, lens, openSuite, startedApi, until } from "./workspace";

const SHOP = "Hazelmoor";
/** An application that asks the shop's bot, as a web server would: without a terminal. */
const APP = `
import llmentary_regression as llmentary, bot
ask = llmentary.trainable(suite="inbox")(bot.ask)
with llmentary.training_mode():
    ask("What is our refund policy?")
    ask("Do you ship to Norway?")
`;

export function suite(): void {
  describe("the training inbox", () => {
    let api: Api;

    before(async () => {
      api = await startedApi();
    });

    it("shows what an application answered, and keeps or drops it", async () => {
      writeFileSync(path.join(folder(), "app.py"), APP);
      const python = process.env["LLMENTARY_TEST_EQUIPPED"];
      assert.ok(python);
      const app = spawn(python, ["app.py"], { cwd: folder(), stdio: "ignore" });

      const [first, second] = await until("both answers wait", () => api.inbox.waiting.length === 2 && api.inbox.waiting);
      assert.ok(first && second);
      assert.equal(first.capture.question, "What is our refund policy?");
      assert.match(first.capture.answer, new RegExp(SHOP));
      await vscode.commands.executeCommand("llmentary.inbox.read", first);
      const shown = await until("the answer is shown", () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "llmentary-capture"));
      assert.match(shown.getText(), new RegExp(SHOP));
      assert.doesNotMatch(decodeURIComponent(shown.uri.toString()), new RegExp(SHOP));
      await vscode.commands.executeCommand("llmentary.inbox.keep", first);
      await until("one is left", () => api.inbox.waiting.length === 1);
      await vscode.commands.executeCommand("llmentary.inbox.drop", second);
      await until("none is left", () => api.inbox.waiting.length === 0);

      const [file] = await until("the suite is there", async () => {
        const files = await vscode.workspace.findFiles("**/inbox.llmtest");
        return files.length > 0 && files;
      });
      assert.ok(file);
      const text = readFileSync(file.fsPath, "utf8");
      assert.match(text, /What is our refund policy\?/);
      assert.doesNotMatch(text, /Norway/);
      app.kill();
    });

    it("asks the saved question again like any other", async () => {
      const [file] = await vscode.workspace.findFiles("**/inbox.llmtest");
      assert.ok(file);
      const document = await openSuite(path.relative(folder(), file.fsPath), readFileSync(file.fsPath, "utf8"));

      const ran = await vscode.commands.executeCommand<{ summary: Record<string, number> }>("llmentary.runFile");

      assert.deepEqual(ran.summary, { passed: 1 });
      await lens(document, "passed");
    });
  });
}
