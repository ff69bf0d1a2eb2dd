/**
 * The commands of the palette and the menus. What they mean is for the server to decide.
 */
import * as vscode from "vscode";

import { caseAtLine } from "./caseAtLine";
import { choosePins } from "./pinning";
import { APPROVE_AND_PIN, APPROVE_CASES, PINNABLE, RUN } from "./protocol";
import type { ApproveParams, CasesParams, PinnableResult, RunParams, RunResult } from "./protocol";
import type { Server } from "./server";
import { chooseFromStatus } from "./status";
import { describeSummary, needsMending } from "./summary";
import { isAllowedToRun } from "./trust";

/** Register the commands; disposing of the result takes them away. */
export function registerCommands(server: Server, log: vscode.LogOutputChannel): vscode.Disposable {
  const handlers: Record<string, (params?: CasesParams) => unknown> = {
    "llmentary.runCaseAtCursor": () => runCaseAtCursor(server),
    "llmentary.runFile": () => runFile(server),
    "llmentary.runWorkspace": () => run(server, {}, "Asking every question of the workspace"),
    "llmentary.approveCaseAtCursor": () => approveCaseAtCursor(server),
    "llmentary.approveNewInFile": () => approveNewInFile(server),
    [APPROVE_AND_PIN]: (params?: CasesParams) => approveAndPin(server, params),
    "llmentary.restartServer": () => server.restart(),
    "llmentary.showOutput": () => {
      log.show();
    },
    "llmentary.showStatus": () => chooseFromStatus(server),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
  );
}

async function runCaseAtCursor(server: Server): Promise<RunResult | undefined> {
  const params = await paramsAtCursor();
  return params && run(server, params, "Asking the question at the cursor");
}

async function runFile(server: Server): Promise<RunResult | undefined> {
  const suite = openSuite();
  return suite && run(server, { uri: suite.document.uri.toString() }, `Asking ${fileName(suite)}`);
}

async function approveCaseAtCursor(server: Server): Promise<unknown> {
  const params = await paramsAtCursor();
  return params && approve(server, params);
}

async function approveNewInFile(server: Server): Promise<unknown> {
  const suite = openSuite();
  return suite && approve(server, { uri: suite.document.uri.toString(), verdicts: ["new"] });
}

/** Let the user choose what must recur in every later answer, and approve with that; from a lens, or at the cursor. */
async function approveAndPin(server: Server, given?: CasesParams): Promise<unknown> {
  const { uri, keys } = given ?? (await paramsAtCursor()) ?? {};
  const key = keys?.[0];
  if (uri === undefined || key === undefined || !isReady(server)) {
    return undefined;
  }
  let offered: PinnableResult | undefined;
  try {
    offered = await server.client?.sendRequest<PinnableResult>(PINNABLE, { uri, key });
  } catch (error) {
    void vscode.window.showWarningMessage(`llmentary: ${error instanceof Error ? error.message : String(error)}`);
  }
  const pins = offered && (await choosePins(offered.facts));
  return pins && approve(server, { uri, keys: [key], pins: { [key]: pins } });
}

/** Run with progress that can be cancelled, and tell the outcome. */
async function run(server: Server, params: RunParams, title: string): Promise<RunResult | undefined> {
  if (!isReady(server)) {
    return undefined;
  }
  const { client } = server;
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, cancellation) => {
      try {
        return await client?.sendRequest<RunResult>(RUN, params, cancellation);
      } catch (error) {
        if (!cancellation.isCancellationRequested) {
          void vscode.window.showErrorMessage(`llmentary could not run: ${error instanceof Error ? error.message : String(error)}`);
        }
        return undefined;
      }
    },
  );
  if (result !== undefined) {
    tellOutcome(result);
  }
  return result;
}

function tellOutcome({ summary }: RunResult): void {
  const outcome = `llmentary: ${describeSummary(summary)}`;
  if (!needsMending(summary)) {
    vscode.window.setStatusBarMessage(outcome, 10_000);
    return;
  }
  void vscode.window.showWarningMessage(outcome, "Show Problems").then(async (choice) => {
    if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.actions.view.problems");
    }
  });
}

async function approve(server: Server, params: ApproveParams): Promise<unknown> {
  return isReady(server) ? vscode.commands.executeCommand(APPROVE_CASES, params) : undefined;
}

function isReady(server: Server): boolean {
  if (!isAllowedToRun()) {
    return false;
  }
  if (server.client === undefined) {
    const message = server.state === "starting" ? "The llmentary server is still starting." : "The llmentary server is not running.";
    void vscode.window.showWarningMessage(message, "Restart Server", "Show Output").then(async (choice) => {
      if (choice !== undefined) {
        await vscode.commands.executeCommand(choice === "Restart Server" ? "llmentary.restartServer" : "llmentary.showOutput");
      }
    });
    return false;
  }
  return true;
}

async function paramsAtCursor(): Promise<CasesParams | undefined> {
  const suite = openSuite();
  if (suite === undefined) {
    return undefined;
  }
  const { uri } = suite.document;
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10_000);
  const params = caseAtLine(lenses, suite.selection.active.line);
  if (params === undefined) {
    void vscode.window.showInformationMessage("There is no question at the cursor.");
  }
  return params;
}

function openSuite(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === "llmtest") {
    return editor;
  }
  void vscode.window.showInformationMessage("Open a suite (`.llmtest`) first.");
  return undefined;
}

function fileName({ document }: vscode.TextEditor): string {
  return vscode.workspace.asRelativePath(document.uri, false);
}
