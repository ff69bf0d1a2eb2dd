/**
 * The workspace's folders and their settings.
 */
import * as vscode from "vscode";

/** The folder that is used when none is named. */
export function firstFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** The folder of the file that the user is looking at, else the first. */
export function folderInView(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return (document && vscode.workspace.getWorkspaceFolder(document.uri)?.uri) ?? firstFolder();
}

/** The section `llmentary` of a folder's settings. */
export function sectionOf(folder: vscode.Uri | undefined): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("llmentary", folder ?? null);
}
