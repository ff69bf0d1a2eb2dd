/**
 * Ask for trust before anything of the folder is run.
 */
import * as vscode from "vscode";

/** Tell whether questions may be asked; where they may not, say so and offer to decide. */
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
