/** The Test Explorer: its items, its runs, and its agreement with lenses and the Problems panel. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { Recorder } from "./recorder";
import { click, diagnosticsLike, folder, lens, openSuite, replaceInFile, startedApi, until } from "./workspace";

const { Error: Red } = vscode.DiagnosticSeverity;
const SHOP = "Hazelmoor";
const TWO = "What is our refund policy?\nDo you ship to Norway?\n";

export function suite(): void {
  describe("the Test Explorer", () => {
    let api: Api;
    let recorder: Recorder;

    before(async () => {
      api = await startedApi();
      recorder = new Recorder(api.tests.controller);
    });
    beforeEach(() => {
      recorder.clear();
    });
    after(() => {
      recorder.dispose();
    });

    /** Return the item of a new suite, with its cases. */
    async function suiteItem(document: vscode.TextDocument): Promise<vscode.TestItem> {
      const uri = document.uri.toString();
      const item = await until("the suite is in the tree", () => api.tests.tree.suite(uri));
      await api.tests.showCases([uri]);
      await until("its cases are there", () => item.children.size > 0);
      return item;
    }

    function run(items: vscode.TestItem[], token = new vscode.CancellationTokenSource().token): Promise<void> {
      return api.tests.run(new vscode.TestRunRequest(items), token);
    }

    function labels(item: { children: vscode.TestItemCollection }): string[] {
      return [...item.children].map(([, child]) => child.label);
    }

    it("shows folders, suites, cases, tables and their rows, with tags", async () => {
      mkdirSync(path.join(folder(), "deep", "er"), { recursive: true });
      const text = "@tags faq\n\n=== capital #geo\n@params\n| country |\n| France |\n| Norway |\n\nCapital of {{country}}?\n\n=== other\n\nHi?\n";
      const item = await suiteItem(await openSuite("deep/er/tree.llmtest", text));

      assert.equal(item.parent?.label, "er");
      assert.equal(item.parent.parent?.label, "deep");
      assert.deepEqual(labels(item), ["capital", "other"]);
      const [, table] = [...item.children][0] ?? [];
      assert.ok(table);
      assert.deepEqual(labels(table), ["France", "Norway"]);
      const [, row] = [...table.children][0] ?? [];
      assert.deepEqual(row?.tags.map(({ id }) => id), ["faq", "geo"]);
      assert.equal(row.range?.start.line, 5);
    });

    it("asks for a suite's cases only when they are needed", async () => {
      writeFileSync(path.join(folder(), "unopened.llmtest"), TWO);
      const uri = vscode.Uri.file(path.join(folder(), "unopened.llmtest")).toString();

      const item = await until("the new file is in the tree", () => api.tests.tree.suite(uri));
      assert.equal(item.children.size, 0);
      assert.equal(item.canResolveChildren, true);
      await api.tests.controller.resolveHandler?.(item);

      assert.equal(item.children.size, 2);
    });

    it("runs what is chosen, in a run that VS Code does not persist", async () => {
      const item = await suiteItem(await openSuite("explored.llmtest", TWO));

      await run([item]);

      assert.deepEqual(recorder.outcomesOf(item).sort(), ["skipped Do you ship to Norway?", "skipped What is our refund policy?"]);
      assert.deepEqual(new Set(recorder.persisted), new Set([false]));
      assert.equal(recorder.started, recorder.ended);
      const [, first] = [...item.children][0] ?? [];
      assert.equal(first?.description, "new");
    });

    it("runs by the command of VS Code", async () => {
      const item = await suiteItem(await openSuite("by-command.llmtest", "Do you ship to Norway?\n"));

      // VS Code's window learns of new items a moment later, and runs nothing until then.
      await until("it has run", async () => {
        await vscode.commands.executeCommand("testing.runCurrentFile");
        return recorder.outcomesOf(item).includes("skipped Do you ship to Norway?");
      });
    });

    it("shows what a lens has run and approved, and the redacted diff of what changed", async () => {
      const document = await openSuite("in-step.llmtest", TWO);
      const item = await suiteItem(document);
      await click(await lens(document, "Run all in file"));
      await until("the new answers are shown", () => recorder.outcomesOf(item).length >= 2);
      await click(await lens(document, "Approve all new"));
      await until("the approved answers pass", () => recorder.outcomesOf(item).filter((each) => each.startsWith("passed")).length === 2);
      recorder.clear();

      replaceInFile("bot.py", "DAYS = 30", "DAYS = 14");
      await until("results are from older code", () => item.children.size === 2 && [...item.children].every(([, { description }]) => description?.includes("before the code changed") === true));
      assert.ok(recorder.invalidated.length >= 2);
      await click(await lens(document, "Run all in file"));

      const failed = await until("a case fails", () => recorder.noted.find(({ what }) => what === "failed"));
      assert.equal(failed.label, "What is our refund policy?");
      const [sentence, diff] = failed.messages;
      assert.match(JSON.stringify(sentence?.message), /a number differs/);
      assert.match(String(diff?.actualOutput), /14 days/);
      assert.match(String(diff?.actualOutput), new RegExp(SHOP));
      assert.match(String(diff?.expectedOutput), /▇/);
      assert.doesNotMatch(String(diff?.expectedOutput), /30/);
      assert.equal(diff?.contextValue, "llmentary.approvable");
      const [, first] = [...item.children][0] ?? [];
      assert.equal(first?.label, "What is our refund policy?");
      await until("its state is told in words", () => first.description?.startsWith("changed: "));
      assert.ok(recorder.output.every((text) => !text.includes(SHOP)), "answers go into no output");
      await diagnosticsLike(document, [Red]);

      await vscode.commands.executeCommand("llmentary.approveTest", first);
      await diagnosticsLike(document, []);
      await until("it passes", () => recorder.outcomesOf(item).includes("passed What is our refund policy?"));
      replaceInFile("bot.py", "DAYS = 14", "DAYS = 30");
    });

    it("passes an unsure case, and says so next to it", async () => {
      const document = await openSuite("unsure.llmtest", "What is our refund policy?\n");
      const item = await suiteItem(document);
      await run([item]);
      await vscode.commands.executeCommand("llmentary.approveTest", [...item.children][0]?.[1]);
      await until("it passes", () => recorder.outcomesOf(item).includes("passed What is our refund policy?"));
      replaceInFile("bot.py", "for a full refund", "and get all of your money back");

      await run([item]);

      const [, first] = [...item.children][0] ?? [];
      assert.equal(recorder.outcomesOf(item).at(-1), "passed What is our refund policy?");
      assert.match(String(first?.description), /^unsure/);
      replaceInFile("bot.py", "and get all of your money back", "for a full refund");
    });

    it("shows what it runs in lenses and Problems", async () => {
      const document = await openSuite("reverse.llmtest", TWO);
      const [, first] = [...(await suiteItem(document)).children][0] ?? [];
      assert.ok(first);

      await run([first]);

      await lens(document, "new", 0);
      await lens(document, "not run", 1);
      await diagnosticsLike(document, [vscode.DiagnosticSeverity.Information]);
    });

    it("shows a callable that raises as an error, at the line of the user's code", async () => {
      const item = await suiteItem(await openSuite("raising.llmtest", "Will it crash?\n"));

      await run([item]);

      const errored = recorder.noted.find(({ what }) => what === "errored");
      const [sentence] = errored?.messages ?? [];
      assert.match(JSON.stringify(sentence?.message), /the handbook is closed/);
      const frames = (sentence as { stackTrace?: { label: string; uri?: vscode.Uri }[] } | undefined)?.stackTrace;
      assert.equal(frames?.[0]?.label, "ask");
      assert.ok(frames[0].uri?.path.endsWith("bot.py"));
      assert.ok(sentence?.location?.uri.path.endsWith("bot.py"));
    });

    it("stops when cancelled, and kills a callable that hangs", async () => {
      const document = await openSuite("hanging.llmtest", "How slow is your delivery?\n");
      const item = await suiteItem(document);
      const cancellation = new vscode.CancellationTokenSource();

      const running = run([item], cancellation.token);
      await lens(document, "running…");
      cancellation.cancel();
      await running;

      await lens(document, "not run");
      assert.equal(recorder.started, recorder.ended);
    });

    it("stops a run that a lens has started", async () => {
      const document = await openSuite("stopped.llmtest", "How slow is your delivery?\n");
      await suiteItem(document);

      await click(await lens(document, "Run regression"));
      await lens(document, "running…");
      await until("the run is shown", () => recorder.noted.some(({ what }) => what === "started"));
      await vscode.commands.executeCommand("testing.cancelRun");

      await lens(document, "not run");
      await until("the run has ended", () => recorder.started === recorder.ended);
    });

    it("runs again and again as the code changes, until it is stopped", async () => {
      const item = await suiteItem(await openSuite("continuous.llmtest", "What is our refund policy?\n"));
      const profile = api.tests.controller.createRunProfile("for the test", vscode.TestRunProfileKind.Run, () => undefined);
      const cancellation = new vscode.CancellationTokenSource();

      await api.tests.follow(new vscode.TestRunRequest([item], undefined, profile, true), cancellation.token);
      assert.equal(recorder.outcomesOf(item).length, 1);
      replaceInFile("bot.py", "DAYS = 30", "DAYS = 21");
      await until("it has run again", () => recorder.outcomesOf(item).length >= 2);
      cancellation.cancel();

      replaceInFile("bot.py", "DAYS = 21", "DAYS = 30");
      profile.dispose();
    });

    it("updates when a suite is edited", async () => {
      const document = await openSuite("edited.llmtest", "=== a\n\nDo you ship to Norway?\n");
      const item = await suiteItem(document);
      await run([item]);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);

      await editor.edit((edit) => {
        edit.replace(new vscode.Range(2, 0, 2, 22), "Do you ship to Sweden?");
        edit.insert(new vscode.Position(3, 0), "\n=== b\n\nHello?\n");
      });

      await until("the new case is there", () => labels(item).join() === "a,b");
      await until("the old result is marked", () => [...item.children][0]?.[1].description === "edited since the last run");
      await document.save();
    });

    it("removes a deleted suite", async () => {
      const file = vscode.Uri.file(path.join(folder(), "deleted.llmtest"));
      writeFileSync(file.fsPath, TWO);
      await until("the suite is there", () => api.tests.tree.suite(file.toString()));

      await vscode.workspace.fs.delete(file);

      await until("the suite is gone", () => api.tests.tree.suite(file.toString()) === undefined);
    });

    it("is filled again after a restart of the server", async () => {
      const document = await openSuite("again.llmtest", TWO);
      const item = await suiteItem(document);

      await vscode.commands.executeCommand("llmentary.restartServer");
      await run([await suiteItem(document)]);

      assert.equal(api.tests.tree.suite(document.uri.toString()), item);
      assert.equal(recorder.outcomesOf(item).length, 2);
    });
  });
}
