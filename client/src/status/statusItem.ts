/**
 * The status bar item: which Python and why, whether the folder is trusted, and the state of the server.
 */
import * as vscode from "vscode";

import type { Server } from "../server/server";
import { statusLines, statusText } from "./statusText";

/** Show the status bar item; disposing of the result removes it. */
export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("llmentary.status", vscode.StatusBarAlignment.Left, -10);
  item.name = "llmentary";
  item.command = "llmentary.showStatus";
  const refresh = () => {
    const shown = describe(server);
    const { text, accessible, isBad } = statusText(shown);
    item.text = text;
    item.accessibilityInformation = { label: accessible };
    item.tooltip = new vscode.MarkdownString(
      statusLines(shown)
        .map(({ label, detail }) => `${label}: ${escapeMarkdown(detail)}`)
        .join("\n\n"),
    );
    item.backgroundColor = isBad ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    item.show();
  };
  refresh();
  return vscode.Disposable.from(
    item,
    server.onDidChange(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.window.onDidChangeActiveTextEditor(refresh),
  );
}

/** Show the same lines as a list, together with actions. */
export async function chooseFromStatus(server: Server): Promise<void> {
  const lines = statusLines(describe(server)).map(({ label, detail }) => ({ label, detail, command: undefined }));
  const actions = [
    { label: "$(refresh) Restart server", command: "llmentary.restartServer" },
    { label: "$(output) Show output", command: "llmentary.showOutput" },
    { label: "$(settings-gear) Open settings", command: "workbench.action.openSettings", argument: "@ext:llmentary.llmentary" },
    ...(vscode.workspace.isTrusted ? [] : [{ label: "$(shield) Manage workspace trust", command: "workbench.trust.manage" }]),
  ];
  const separator = { label: "", kind: vscode.QuickPickItemKind.Separator, command: undefined };
  const options = { title: "llmentary", placeHolder: "Choose what to do" };
  const chosen: { command: string | undefined; argument?: string } | undefined = await vscode.window.showQuickPick(
    [...actions, separator, ...lines],
    options,
  );
  if (chosen?.command !== undefined) {
    await vscode.commands.executeCommand(chosen.command, ...(chosen.argument === undefined ? [] : [chosen.argument]));
  }
}

function describe(server: Server): Parameters<typeof statusText>[0] {
  return {
    state: server.state,
    isTrusted: vscode.workspace.isTrusted,
    own: server.ownInterpreter,
    callable: server.callableInterpreter,
    status: server.status,
  };
}

/** Escape text so that nothing in it becomes a link or an image. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, "\\$&");
}
