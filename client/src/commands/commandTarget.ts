/**
 * The target of a command: it may come from a lens, a menu of the Test Explorer, a diff, or the cursor.
 */
import * as vscode from "vscode";

import { SCHEME, readAnswerAddress } from "../review/answerUri";
import { caseAtLine } from "./caseAtLine";
import type { CasesParams } from "../protocol";
import type { TestTree } from "../testing/testTree";

/** Return the cases that a command was given, else the case at the cursor; if undefined, the user is told why. */
export async function casesOf(given: unknown, tree: TestTree): Promise<CasesParams | undefined> {
  const fromTest = casesOfTest(given, tree);
  if (fromTest !== undefined) {
    return fromTest;
  }
  const shown = given instanceof vscode.Uri && given.scheme === SCHEME ? readAnswerAddress(given.query) : undefined;
  if (shown !== undefined) {
    return { uri: shown.uri, keys: [shown.key] };
  }
  return isCasesParams(given) ? given : casesAtCursor();
}

/** Return the URIs of files and folders that a menu of the Explorer passes. */
export function resourcesOf(given: unknown, all: unknown): vscode.Uri[] {
  const several = Array.isArray(all) ? all.filter((each): each is vscode.Uri => each instanceof vscode.Uri) : [];
  if (several.length > 0) {
    return several;
  }
  return given instanceof vscode.Uri ? [given] : [];
}

/** Return the suite in the active editor; if undefined, the user is told why. */
export function openSuite(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === "llmtest") {
    return editor;
  }
  void vscode.window.showInformationMessage("Open a suite (`.llmtest`) first.");
  return undefined;
}

async function casesAtCursor(): Promise<CasesParams | undefined> {
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

function casesOfTest(given: unknown, tree: TestTree): CasesParams | undefined {
  // Menus of items pass the item, menus of messages an object that contains it.
  const held = typeof given === "object" && given !== null && "test" in given ? given.test : given;
  const item = isTestItem(held) ? held : undefined;
  const origin = item && tree.originOf(item);
  if (item === undefined || origin === undefined) {
    return undefined;
  }
  const keys = tree.leaves(item).flatMap((leaf) => tree.originOf(leaf)?.key ?? []);
  return { uri: origin.uri, keys };
}

function isTestItem(value: unknown): value is vscode.TestItem {
  return typeof value === "object" && value !== null && "id" in value && "children" in value && "canResolveChildren" in value;
}

function isCasesParams(value: unknown): value is CasesParams {
  return typeof value === "object" && value !== null && "uri" in value && typeof value.uri === "string";
}
