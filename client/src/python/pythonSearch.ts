/**
 * Search for Pythons: one that runs the server, and one for each folder that runs the user's callable.
 */
import { execFile } from "node:child_process";
import * as vscode from "vscode";

import { callableCandidates, cleanEnvironment, mayRun, serverCandidates } from "./pythonCandidates";
import type { SearchContext } from "./pythonCandidates";
import { CALLABLE_MINIMUM, SERVER_MINIMUM, findInterpreter, startingIn } from "./interpreter";
import type { Probe, Search } from "./interpreter";
import type { PythonExtension } from "./pythonExtension";

export interface Pythons {
  readonly server: Search;
  /** By the folder's URI, the first folder first; empty in an untrusted workspace, where nothing is asked. */
  readonly callables: ReadonlyMap<string, Search>;
}

/** Search now, starting each candidate in `workingFolder`. */
export async function searchPythons(
  settingOf: (folder: vscode.Uri | undefined) => string,
  python: PythonExtension,
  workingFolder: string,
): Promise<Pythons> {
  const { isTrusted } = vscode.workspace;
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri).filter(({ scheme }) => scheme === "file");
  const probe = cached(startingIn(workingFolder, cleanEnvironment(process.env)));
  const contextOf = async (folder: vscode.Uri | undefined): Promise<SearchContext> => ({
    setting: settingOf(folder),
    folder: folder?.fsPath,
    folders: folders.map(({ fsPath }) => fsPath),
    isTrusted,
    selected: isTrusted ? await python.selected(folder) : [],
    environment: process.env,
    platform: process.platform,
  });

  const [first, ...others] = folders;
  const firstContext = await contextOf(first);
  const server = await findInterpreter(serverCandidates(firstContext), SERVER_MINIMUM, probe, mayRun(firstContext));
  const callables = new Map<string, Search>();
  if (isTrusted) {
    for (const folder of [first, ...others]) {
      const candidates = callableCandidates(folder === first ? firstContext : await contextOf(folder));
      callables.set(keyOf(folder), await findInterpreter(candidates, CALLABLE_MINIMUM, probe));
    }
  }
  return { server, callables };
}

/** Return the search for a folder's callable; without a folder, or for one not searched, that of the first. */
export function callableOf(pythons: Pythons | undefined, folder: vscode.Uri | undefined): Search | undefined {
  const [first] = pythons?.callables.values() ?? [];
  return pythons?.callables.get(keyOf(folder)) ?? first;
}

/** Return whether the same Pythons would be started in the folders that existed before. */
export function isSameChoice(now: Pythons, before: Pythons | undefined): boolean {
  const isSame = (search: Search | undefined, previous: Search | undefined) => search?.found?.path === previous?.found?.path;
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
function cached(probe: Probe): Probe {
  const known = new Map<string, ReturnType<Probe>>();
  return (command) => {
    const name = command.join("\0");
    const answer = known.get(name) ?? probe(command);
    known.set(name, answer);
    return answer;
  };
}

/** Return the version of the llmentary that is installed for an interpreter and can serve; undefined if none is. */
export function installedVersion(python: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<string | undefined> {
  const program =
    "import importlib.metadata, importlib.util; importlib.util.find_spec('pygls') and print(importlib.metadata.version('llmentary-regression'))";
  return new Promise((resolve) => {
    execFile(python, ["-I", "-c", program], { ...options, timeout: 10_000, windowsHide: true }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : undefined);
    });
  });
}
