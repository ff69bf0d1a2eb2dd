/**
 * Ask for trust before any code of a folder runs.
 */
import * as vscode from "vscode";

/** Return whether questions may be asked; if not, tell the user and offer to manage trust. */
export function isAllowedToRun(): boolean {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const message = "llmentary asks no question in a folder that you have not trusted, since your callable is code of that folder.";
  void vscode.window.showWarningMessage(message, "Manage Workspace Trust").then(async (choice) => {
    if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.trust.manage");
    }
  });
  return false;
}
