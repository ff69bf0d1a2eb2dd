/**
 * Create the parts of the extension and dispose of them.
 */
import * as vscode from "vscode";

import { registerCommands } from "./commands/commands";
import { Debugging } from "./testing/debugging";
import { DiffView } from "./review/diffView";
import { followFirstSteps } from "./commands/firstSteps";
import { Inbox } from "./review/inbox";
import { PythonExtension } from "./python/pythonExtension";
import { Review } from "./review/review";
import { Server } from "./server/server";
import { showStatus } from "./status/statusItem";
import { TestExplorer } from "./testing/testExplorer";

// VS Code calls `deactivate` without arguments, so what it has to await is a variable of the module.
let server: Server | undefined;

/** What other extensions and the tests may use. */
export interface Api {
  readonly server: Pick<Server, "state" | "status" | "ownInterpreter" | "callableInterpreter" | "onDidChange">;
  readonly tests: Pick<TestExplorer, "controller" | "tree" | "run" | "follow" | "showCases" | "canDebug">;
  readonly review: Pick<Review, "list">;
  readonly inbox: Pick<Inbox, "waiting">;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel("llmentary", { log: true });
  const python = new PythonExtension(log);
  const running = new Server(context, log, python);
  server = running;
  const debugging = new Debugging(running);
  const tests = new TestExplorer(running, debugging, log);
  const diffs = new DiffView(running);
  const review = new Review(running, diffs);
  const inbox = new Inbox(running);
  context.subscriptions.push(
    log,
    python,
    running,
    debugging,
    tests,
    diffs,
    review,
    inbox,
    registerCommands({ server: running, tree: tests.tree, diffs, review, inbox, log }),
    showStatus(running),
    followFirstSteps(running),
    python.onDidChange(() => running.followInterpreter()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => running.followInterpreter()),
    // Nothing is lost by a restart: nothing has run so far.
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("llmentary.importStrategy")) {
        await running.restart();
      } else if (event.affectsConfiguration("llmentary.interpreter")) {
        await running.followInterpreter();
      } else if (event.affectsConfiguration("llmentary")) {
        await running.sendSettings();
      }
    }),
  );
  // Activation does not wait for it: the language and the commands work at once.
  void running.start();
  return { server: running, tests, review, inbox };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
