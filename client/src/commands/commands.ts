/**
 * The commands of the palette and the menus. The server decides what they do.
 */
import * as vscode from "vscode";

import type { DiffView } from "../review/diffView";
import { messageOf } from "../server/errorMessage";
import { chooseInterpreter, createFirstSuite } from "./firstSteps";
import type { Inbox, WaitingCapture } from "../review/inbox";
import { choosePinsOf } from "../review/pinPicker";
import { APPROVE_AND_PIN, APPROVE_CASES, RUN, SHOW_DIFF } from "../protocol";
import type { ApproveParams, CasesParams, RunParams, RunResult } from "../protocol";
import type { Review } from "../review/review";
import type { Server } from "../server/server";
import { chooseFromStatus } from "../status/statusItem";
import { describeSummary, needsAttention } from "../status/runSummary";
import { casesOf, openSuite, resourcesOf } from "./commandTarget";
import type { TestTree } from "../testing/testTree";
import { isAllowedToRun } from "../server/trust";

/** What the commands act on. */
export interface Parts {
  readonly server: Server;
  readonly tree: TestTree;
  readonly diffs: DiffView;
  readonly review: Review;
  readonly inbox: Inbox;
  readonly log: vscode.LogOutputChannel;
}

/** Register the commands; disposing of the result takes them away. */
export function registerCommands(parts: Parts): vscode.Disposable {
  const { server, tree, review, inbox, log } = parts;
  const handlers: Record<string, (given?: unknown, all?: unknown) => unknown> = {
    "llmentary.runCaseAtCursor": () => runCases(parts, undefined),
    "llmentary.runFile": () => runFile(server),
    "llmentary.runWorkspace": () => run(server, [{}], "Asking every question of the workspace"),
    "llmentary.runResource": (given, all) => runResources(parts, resourcesOf(given, all)),
    "llmentary.approveCaseAtCursor": () => approveCases(parts, undefined),
    "llmentary.approveTest": (given) => approveCases(parts, given),
    "llmentary.approveNewInFile": () => approveNewInFile(server),
    [APPROVE_AND_PIN]: (given) => approveAndPin(parts, given),
    [SHOW_DIFF]: (given) => showDiff(parts, given),
    "llmentary.review": () => isReady(server) && review.begin({}),
    "llmentary.reviewFile": () => isReady(server) && reviewFile(review),
    "llmentary.reviewTest": async (given) => isReady(server) && review.begin({ ...uriOf(await casesOf(given, tree)) }),
    "llmentary.review.choose": () => review.choose(),
    "llmentary.review.approve": () => review.approve(),
    "llmentary.review.approveAsExample": () => review.approve({ asExample: true }),
    "llmentary.review.approveAndPin": () => review.approveAndPin(),
    "llmentary.review.reject": () => review.decide("rejected"),
    "llmentary.review.next": () => review.decide("skipped"),
    "llmentary.review.undo": () => review.undo(),
    "llmentary.review.openQuestion": () => review.openQuestion(),
    "llmentary.review.stop": () => review.stop(),
    "llmentary.inbox.read": withCapture((waiting) => inbox.read(waiting)),
    "llmentary.inbox.keep": withCapture((waiting) => inbox.keep(waiting)),
    "llmentary.inbox.keepAndPin": withCapture((waiting) => inbox.keepAndPin(waiting)),
    "llmentary.inbox.keepAs": withCapture((waiting) => inbox.keepAs(waiting)),
    "llmentary.inbox.drop": withCapture((waiting) => inbox.drop(waiting)),
    "llmentary.inbox.dropAll": () => inbox.dropAll(),
    "llmentary.createFirstSuite": () => createFirstSuite(server),
    "llmentary.chooseInterpreter": () => chooseInterpreter(server),
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

/** Handle only rows of the inbox: its commands are of no use elsewhere. */
function withCapture(handle: (waiting: WaitingCapture) => Promise<void>): (given?: unknown) => unknown {
  return (given) => (typeof given === "object" && given !== null && "capture" in given ? handle(given as WaitingCapture) : undefined);
}

async function runCases({ server, tree }: Parts, given: unknown): Promise<RunResult | undefined> {
  const params = await casesOf(given, tree);
  return params && run(server, [params], "Asking the question at the cursor");
}

async function runFile(server: Server): Promise<RunResult | undefined> {
  const suite = openSuite();
  return suite && run(server, [{ uri: suite.document.uri.toString() }], `Asking ${fileName(suite.document.uri)}`);
}

/** Run suites, and all suites below folders. */
async function runResources({ server, tree }: Parts, chosen: readonly vscode.Uri[]): Promise<RunResult | undefined> {
  const below = (parent: vscode.Uri) => tree.suites.filter((uri) => uri.startsWith(`${parent.toString()}/`));
  const uris = new Set(chosen.flatMap((uri) => (uri.path.endsWith(".llmtest") ? [uri.toString()] : below(uri))));
  const [first] = chosen;
  if (uris.size === 0 || first === undefined) {
    void vscode.window.showInformationMessage("There is no suite (`.llmtest`) below.");
    return undefined;
  }
  return run(server, [...uris].map((uri) => ({ uri })), chosen.length === 1 ? `Asking ${fileName(first)}` : "Asking the chosen suites");
}

async function approveCases({ server, tree }: Parts, given: unknown): Promise<unknown> {
  const params = await casesOf(given, tree);
  return params && approve(server, params);
}

async function approveNewInFile(server: Server): Promise<unknown> {
  const suite = openSuite();
  return suite && approve(server, { uri: suite.document.uri.toString(), verdicts: ["new"] });
}

/** Let the user choose what every later answer must contain, and approve with that. */
async function approveAndPin({ server, tree }: Parts, given: unknown): Promise<unknown> {
  const { uri, keys } = (await casesOf(given, tree)) ?? {};
  const key = keys?.[0];
  if (uri === undefined || key === undefined || !isReady(server)) {
    return undefined;
  }
  const pins = await choosePinsOf(server, uri, key);
  return pins && approve(server, { uri, keys: [key], pins: { [key]: pins } });
}

async function showDiff({ server, tree, diffs }: Parts, given: unknown): Promise<unknown> {
  const { uri, keys } = (await casesOf(given, tree)) ?? {};
  const key = keys?.[0];
  return uri !== undefined && key !== undefined && isReady(server) ? diffs.show({ uri, key }, tree.case(uri, key)?.label) : undefined;
}

async function reviewFile(review: Review): Promise<void> {
  const suite = openSuite();
  if (suite !== undefined) {
    await review.begin({ uri: suite.document.uri.toString() });
  }
}

/** Run with progress that can be cancelled, and show the outcome. */
async function run(server: Server, requests: readonly RunParams[], title: string): Promise<RunResult | undefined> {
  if (!isReady(server)) {
    return undefined;
  }
  const result = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_progress, cancellation) => {
      try {
        const results = await Promise.all(requests.map((params) => server.ask<RunResult>(RUN, params, cancellation)));
        return mergeResults(results.flatMap((each) => each ?? []));
      } catch (error) {
        if (!cancellation.isCancellationRequested) {
          void vscode.window.showErrorMessage(`llmentary could not run: ${messageOf(error)}`);
        }
        return undefined;
      }
    },
  );
  if (result !== undefined) {
    showOutcome(result);
  }
  return result;
}

function mergeResults(results: readonly RunResult[]): RunResult {
  const summary: Record<string, number> = {};
  for (const [verdict, count] of results.flatMap((each) => Object.entries(each.summary))) {
    summary[verdict] = (summary[verdict] ?? 0) + count;
  }
  return { summary, cases: results.flatMap(({ cases }) => cases) };
}

function showOutcome({ summary }: RunResult): void {
  const outcome = `llmentary: ${describeSummary(summary)}`;
  if (!needsAttention(summary)) {
    vscode.window.setStatusBarMessage(outcome, 10_000);
    return;
  }
  void vscode.window.showWarningMessage(outcome, "Review", "Show Problems").then(async (choice) => {
    if (choice !== undefined) {
      await vscode.commands.executeCommand(choice === "Review" ? "llmentary.review" : "workbench.actions.view.problems");
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

function uriOf(params: CasesParams | undefined): { uri?: string } {
  return params?.uri === undefined ? {} : { uri: params.uri };
}

function fileName(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri, false);
}
