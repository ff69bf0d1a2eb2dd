/**
 * Look for the Pythons: one that runs the server, one that runs the user's callable.
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
  /** Undefined in an untrusted folder: nothing is asked there. */
  readonly callable: Search | undefined;
}

/** Return what there is now, starting each candidate in `workingFolder`. */
export async function lookForPythons(setting: string, python: PythonExtension, workingFolder: string): Promise<Pythons> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const { isTrusted } = vscode.workspace;
  const around: Surroundings = {
    setting,
    folders: folders.map(({ uri }) => uri.fsPath),
    isTrusted,
    selected: isTrusted ? await python.selected(folders[0]?.uri) : undefined,
    environment: process.env,
    platform: process.platform,
  };
  const probe = remembering(startingIn(workingFolder, cleanEnvironment(process.env)));
  return {
    server: await findInterpreter(serverCandidates(around), SERVER_MINIMUM, probe, mayRun(around)),
    callable: isTrusted ? await findInterpreter(callableCandidates(around), CALLABLE_MINIMUM, probe) : undefined,
  };
}

/** Tell whether the same Pythons would be started. */
export function isSameChoice(now: Pythons, before: Pythons | undefined): boolean {
  return isSameSearch(now.server, before?.server) && isSameSearch(now.callable, before?.callable);
}

function isSameSearch(now: Search | undefined, before: Search | undefined): boolean {
  return (now === undefined) === (before === undefined) && now?.found?.path === before?.found?.path;
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
    "import importlib.metadata, importlib.util; importlib.util.find_spec('pygls') and print(importlib.metadata.version('llmentary'))";
  return new Promise((resolve) => {
    execFile(python, ["-I", "-c", program], { ...options, timeout: 10_000, windowsHide: true }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : undefined);
    });
  });
}
