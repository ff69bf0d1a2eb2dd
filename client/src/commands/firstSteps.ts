/**
 * The first steps: choose a Python, create a suite with its callable, and tick them off in the walkthrough.
 */
import * as path from "node:path";
import * as vscode from "vscode";

import { SCHEME } from "../review/answerUri";
import { folderInView, sectionOf } from "../server/folders";
import { environmentPythons } from "../python/interpreter";
import { APPROVED, RESULTS } from "../protocol";
import type { Server } from "../server/server";

const FOLDER = "llmtests";
const NAME = "first.llmtest";
const CALLABLE = "@callable ";
const SETTINGS = "# Settings for all suites of this folder, such as:\n# callable = \"module:function\"\n";
const QUESTION = "\n\n# Each line below is a question of its own. Ask it, read the answer, and approve it if it is right.\n";

/** Create a suite, or open the existing one; the user chooses the function that answers. */
export async function createFirstSuite(server: Server): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    void vscode.window.showInformationMessage("Open the folder of your program first.", "Open Folder").then(async (choice) => {
      if (choice !== undefined) {
        await vscode.commands.executeCommand("workbench.action.files.openFolder");
      }
    });
    return;
  }
  const [existing] = await vscode.workspace.findFiles("**/*.llmtest", undefined, 1);
  if (existing !== undefined) {
    await vscode.window.showTextDocument(existing);
    return;
  }
  await markRoot(folder);
  const file = vscode.Uri.joinPath(folder, FOLDER, NAME);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(CALLABLE));
  const editor = await vscode.window.showTextDocument(file);
  // This command may have activated the extension.
  await server.settled();
  const callable = await chooseCallable(editor.document);
  const text = callable === undefined ? "${1:module:function}" : escapeSnippet(callable);
  await editor.insertSnippet(new vscode.SnippetString(`${text}${QUESTION}\${2:What is our refund policy?}\n`), new vscode.Position(0, CALLABLE.length));
}

/** Mark the folder as the project's root; else the root would be the suite's folder, which does not contain the program. */
async function markRoot(folder: vscode.Uri): Promise<void> {
  const marks = ["llmentary.toml", ".llmentary", ".git"].map((name) => vscode.Uri.joinPath(folder, name));
  const [settings] = marks;
  const isMarked = (await Promise.all(marks.map(exists))).includes(true);
  const others = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, "pyproject.toml"), undefined, 1);
  const hasSection = others[0] !== undefined && (await vscode.workspace.openTextDocument(others[0])).getText().includes("[tool.llmentary");
  if (settings !== undefined && !isMarked && !hasSection) {
    await vscode.workspace.fs.writeFile(settings, new TextEncoder().encode(SETTINGS));
  }
}

/** Offer the functions that the server found in the folder; undefined if there are none, or the user wants another. */
async function chooseCallable(suite: vscode.TextDocument): Promise<string | undefined> {
  const location = vscode.ProgressLocation.Window;
  const callables = await vscode.window.withProgress({ location, title: "llmentary: looking for functions that answer" }, () =>
    offeredCallables(suite),
  );
  if (callables.length === 0) {
    return undefined;
  }
  const other = { label: "$(edit) Another…", detail: "type `module:function` into the suite" };
  const rows = [...callables.map((label) => ({ label })), other];
  const chosen = await vscode.window.showQuickPick(rows, { title: "Which function answers?", placeHolder: "It takes a question and returns the answer" });
  return chosen === other ? undefined : chosen?.label;
}

async function offeredCallables(suite: vscode.TextDocument): Promise<string[]> {
  const offered = await vscode.commands.executeCommand<vscode.CompletionList | undefined>(
    "vscode.executeCompletionItemProvider",
    suite.uri,
    new vscode.Position(0, CALLABLE.length),
  );
  const labels = (offered?.items ?? []).map(({ label }) => (typeof label === "string" ? label : label.label));
  return labels.filter((label) => /^[^\s:]+:[^\s:]+$/.test(label));
}

function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

/** Let the user choose the Python for their callable, for the folder that they are looking at. */
export async function chooseInterpreter(server: Server): Promise<void> {
  const now = server.callableInterpreter;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const choices: (vscode.QuickPickItem & { value?: string; command?: string })[] = [];
  if (vscode.extensions.getExtension("ms-python.python") !== undefined) {
    choices.push({ label: "$(symbol-namespace) Select in the Python extension…", command: "python.setInterpreter" });
  }
  for (const { uri } of folders) {
    for (const file of environmentPythons(uri.fsPath)) {
      const isThere = await exists(vscode.Uri.file(file));
      choices.push(...(isThere ? [{ label: `$(python) ${vscode.workspace.asRelativePath(file)}`, description: file, value: file }] : []));
    }
  }
  choices.push(
    { label: "$(folder-opened) Browse…", command: "browse" },
    { label: "$(search) Find one automatically", description: "removes the setting", value: "" },
    { label: "$(settings-gear) Open the setting", command: "settings" },
  );
  const placeHolder = typeof now === "object" ? `Now: ${now.path} (${now.why})` : (now ?? "No Python was found yet");
  const chosen = await vscode.window.showQuickPick(choices, { title: "The Python that runs your callable", placeHolder });
  const settings = sectionOf(folderInView());
  const target = folders.length > 1 ? vscode.ConfigurationTarget.WorkspaceFolder : vscode.ConfigurationTarget.Workspace;
  if (chosen?.command === "browse") {
    const [file] = (await vscode.window.showOpenDialog({ title: "Choose a Python", canSelectMany: false })) ?? [];
    if (file !== undefined) {
      await settings.update("interpreter", file.fsPath, target);
    }
  } else if (chosen?.command === "settings") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "llmentary.interpreter");
  } else if (chosen?.command !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  } else if (chosen?.value !== undefined) {
    const value = chosen.value === "" ? undefined : portable(chosen.value, folders);
    await settings.update("interpreter", value, target);
  }
}

/** Tick the steps of the walkthrough that are done. */
export function followFirstSteps(server: Server): vscode.Disposable {
  const tick = (name: string) => {
    void vscode.commands.executeCommand("setContext", `llmentary.${name}`, true);
  };
  return vscode.Disposable.from(
    server.onDidChange(() => {
      if (typeof server.callableInterpreter === "object") {
        tick("hasInterpreter");
      }
      if (typeof server.status?.callable === "string") {
        tick("hasCallable");
      }
    }),
    server.on(RESULTS, ({ results }) => {
      // An answer arrived, so there is a callable: a suite may have set it.
      if (results.some(({ verdict }) => verdict !== "error" && verdict !== "skipped")) {
        tick("hasCallable");
        tick("hasRun");
      }
    }),
    server.on(APPROVED, () => {
      tick("hasApproved");
    }),
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor?.document.uri.scheme === SCHEME) {
        tick("hasCompared");
      }
    }),
  );
}

/** Return the path of a Python, relative to the folder if possible, so that the setting can be shared. */
function portable(file: string, folders: readonly vscode.WorkspaceFolder[]): string {
  const [only] = folders;
  const relative = only === undefined ? file : path.relative(only.uri.fsPath, file);
  const isInside = folders.length === 1 && !relative.startsWith("..") && !path.isAbsolute(relative);
  return isInside ? `\${workspaceFolder}/${relative.split(path.sep).join("/")}` : file;
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false; // It does not exist.
  }
}
