/**
 * Look for the Pythons: one that runs the server, and for each folder one that runs the user's callable.
 */
import { execFile } from "node:child_process";
import * as vscode from "vscode";

import { callableCandidates, cleanEnvironment, mayRun, serverCandidates } from "./candidates";
import type { Surroundings } from "./candidates";
import { CALLABLE_MINIMUM, SERVER_MINIMUM, findInterpreter, startingIn } from "./interpreter";
import type { Probe, Search } from "./interpreter";
import type { PythonExtension } from "./pythonExtension";

export interface Pythons {
  readonly server: Search;
  /** By a folder's URI, the first folder first; empty in an untrusted workspace: nothing is asked there. */
  readonly callables: ReadonlyMap<string, Search>;
}

/** Return what there is now, starting each candidate in `workingFolder`. */
export async function lookForPythons(
  settingOf: (folder: vscode.Uri | undefined) => string,
  python: PythonExtension,
  workingFolder: string,
): Promise<Pythons> {
  const { isTrusted } = vscode.workspace;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri).filter(({ scheme }) => scheme === "file");
  const probe = remembering(startingIn(workingFolder, cleanEnvironment(process.env)));
  const around = async (folder: vscode.Uri | undefined): Promise<Surroundings> => ({
    setting: settingOf(folder),
    folder: folder?.fsPath,
    folders: folders.map(({ fsPath }) => fsPath),
    isTrusted,
    selected: isTrusted ? await python.selected(folder) : [],
    environment: process.env,
    platform: process.platform,
  });

  const [first, ...others] = folders;
  const aroundFirst = await around(first);
  const server = await findInterpreter(serverCandidates(aroundFirst), SERVER_MINIMUM, probe, mayRun(aroundFirst));
  const callables = new Map<string, Search>();
  if (isTrusted) {
    for (const folder of [first, ...others]) {
      const candidates = callableCandidates(folder === first ? aroundFirst : await around(folder));
      callables.set(keyOf(folder), await findInterpreter(candidates, CALLABLE_MINIMUM, probe));
    }
  }
  return { server, callables };
}

/** Return the search for a folder's callable; for no folder, or one that was not looked into, that of the first. */
export function callableOf(pythons: Pythons | undefined, folder: vscode.Uri | undefined): Search | undefined {
  const [first] = pythons?.callables.values() ?? [];
  return pythons?.callables.get(keyOf(folder)) ?? first;
}

/** Tell whether the same Pythons would be started, in the folders that were there before. */
export function isSameChoice(now: Pythons, before: Pythons | undefined): boolean {
  const isSame = (search: Search | undefined, former: Search | undefined) => search?.found?.path === former?.found?.path;
  return (
    isSame(now.server, before?.server) &&
    now.callables.size > 0 === (before?.callables.size ?? 0) > 0 &&
    [...now.callables].every(([key, search]) => !before?.callables.has(key) || isSame(search, before.callables.get(key)))
  );
}

function keyOf(folder: vscode.Uri | undefined): string {
  return folder?.toString() ?? "";
}

/** Return a probe that starts each candidate once. */
function remembering(probe: Probe): Probe {
  const known = new Map<string, ReturnType<Probe>>();
  return (command) => {
    const name = command.join("\0");
    const answer = known.get(name) ?? probe(command);
    known.set(name, answer);
    return answer;
  };
}

/** Return the version of llmentary that an interpreter has installed and can serve with; undefined if none. */
export function installedVersion(python: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<string | undefined> {
  const program =
    "import importlib.metadata, importlib.util; importlib.util.find_spec('pygls') and print(importlib.metadata.version('llmentary-regression'))";
  return new Promise((resolve) => {
    execFile(python, ["-I", "-c", program], { ...options, timeout: 10_000, windowsHide: true }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : undefined);
    });
  });
}
