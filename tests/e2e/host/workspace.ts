/**
 * What the tests share: the open folder, and waiting for the server.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";

const DEADLINE_MS = 45_000;

export function folder(): string {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, "a folder is open");
  return first.uri.fsPath;
}

/** Write a suite of its own for a test, and open it. */
export async function openSuite(name: string, text: string): Promise<vscode.TextDocument> {
  const file = path.join(folder(), name);
  writeFileSync(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Replace `from` in a file, as another program would. */
export function replaceInFile(name: string, from: string | RegExp, to: string): void {
  const file = path.join(folder(), name);
  const text = readFileSync(file, "utf8");
  assert.ok(text.search(from) >= 0, `${name} holds ${String(from)}`);
  writeFileSync(file, text.replace(from, to));
}

/** Return the extension's API, with its server running. */
export async function startedApi(): Promise<Api> {
  const extension = vscode.extensions.getExtension<Api>("llmentary.llmentary");
  assert.ok(extension, "the extension is installed");
  const api = await extension.activate();
  await until("the server runs", () => api.server.state === "running");
  return api;
}

/** Wait until `read` returns something other than undefined or false. */
export async function until<Value>(
  what: string,
  read: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) {
      return value;
    }
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function lensesOf(document: vscode.TextDocument): Thenable<vscode.CodeLens[]> {
  return vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 100);
}

/** Wait for a lens of this title, at a line if one is given. */
export function lens(document: vscode.TextDocument, title: string, line?: number): Promise<vscode.Command> {
  return until(`there is a lens "${title}"`, async () => {
    const lenses = await lensesOf(document);
    return lenses.find(
      ({ command, range }) => command?.title === title && (line === undefined || range.start.line === line),
    )?.command;
  });
}

/** Do what a click on the lens does. */
export async function click(command: vscode.Command): Promise<void> {
  await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

export function ourDiagnostics(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "llmentary");
}

/** Wait until the document's diagnostics are of these severities, in the order of lines. */
export function diagnosticsLike(
  document: vscode.TextDocument,
  severities: readonly vscode.DiagnosticSeverity[],
): Promise<vscode.Diagnostic[]> {
  const names = severities.map((severity) => vscode.DiagnosticSeverity[severity]).join(", ");
  return until(`the diagnostics are [${names}]`, () => {
    const found = ourDiagnostics(document).sort((left, right) => left.range.start.compareTo(right.range.start));
    const isAlike =
      found.length === severities.length && found.every(({ severity }, index) => severity === severities[index]);
    return isAlike && found;
  });
}

export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}
