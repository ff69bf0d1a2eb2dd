/**
 * The Pythons to try, in order: the setting, the Python extensions' choice, the folder's environment, PATH.
 *
 * Trust is decided here: nothing inside an untrusted folder is a candidate.
 */
import { existsSync } from "node:fs";
import * as path from "node:path";

import { type Candidate, environmentPythons, expandSetting, findOnPath, isInside } from "./interpreter";

export interface SearchContext {
  readonly setting: string;
  /** The folder that needs a Python. */
  readonly folder: string | undefined;
  /** All folders of the workspace, including that one. */
  readonly folders: readonly string[];
  readonly isTrusted: boolean;
  /** What is chosen for the folder in the Python extensions, by priority. */
  readonly selected: readonly Selected[];
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly exists?: (file: string) => boolean;
}

export interface Selected {
  readonly path: string;
  /** The extension's name, as the user knows it. */
  readonly where: string;
}

/** Return the candidates for the user's callable, in order. */
export function callableCandidates(context: SearchContext): Candidate[] {
  const chosen = fromSetting(context, true);
  return chosen.length > 0 ? chosen : unchosenCandidates(context);
}

/** Return the candidates for the server, in order; a broken setting does not keep it from starting. */
export function serverCandidates(context: SearchContext): Candidate[] {
  return [...fromSetting(context, false), ...unchosenCandidates(context)];
}

/** Return a check of whether a file may be run at all. */
export function mayRun(context: Pick<SearchContext, "isTrusted" | "folders">): (file: string) => boolean {
  return (file) => context.isTrusted || !isInside(file, context.folders);
}

/** Return the environment for a probe or the server, without variables that change how it runs. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const excluded = new Set(["ELECTRON_RUN_AS_NODE"]);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !excluded.has(name.toUpperCase())));
}

function fromSetting(context: SearchContext, isChosen: boolean): Candidate[] {
  const { setting, folder, environment, platform } = context;
  if (setting.trim() === "") {
    return [];
  }
  const why = "setting `llmentary.interpreter`";
  const command = expandSetting(setting, folder, environment);
  if (path.isAbsolute(command)) {
    return [{ command: [command], why, isChosen }];
  }
  const existing = onPath(command, context);
  const found = existing[0] ?? findOnPath(command, environment, platform)[0] ?? command;
  return [{ command: [found], why, isChosen }];
}

function unchosenCandidates(context: SearchContext): Candidate[] {
  const { isTrusted, selected, folder, platform } = context;
  const exists = context.exists ?? existsSync;
  const found: Candidate[] = [];
  if (isTrusted) {
    found.push(...selected.map((choice) => ({ command: [choice.path], why: `chosen in the extension ${choice.where}` })));
  }
  if (isTrusted && folder !== undefined) {
    const inFolder = environmentPythons(folder, platform).filter((file) => exists(file));
    found.push(...inFolder.map((file) => ({ command: [file], why: `environment of the folder \`${path.basename(folder)}\`` })));
  }
  const why = "found on PATH";
  found.push(...["python3", "python"].flatMap((name) => onPath(name, context)).map((file) => ({ command: [file], why })));
  if (platform === "win32") {
    found.push(...onPath("py", context).map((file) => ({ command: [file, "-3"], why: "found by the `py` launcher" })));
  }
  return found;
}

function onPath(name: string, { environment, platform, exists = existsSync }: SearchContext): string[] {
  return findOnPath(name, environment, platform).filter((file) => exists(file));
}
