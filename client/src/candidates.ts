/**
 * Order the Pythons to try: the setting, the Python extensions' choice, the folder's environment, PATH.
 *
 * The rules of trust stand here: an untrusted folder offers nothing of its own.
 */
import { existsSync } from "node:fs";
import * as path from "node:path";

import { type Candidate, environmentPythons, expandSetting, findOnPath, isInside } from "./interpreter";

export interface Surroundings {
  readonly setting: string;
  /** The folder that a Python is wanted for. */
  readonly folder: string | undefined;
  /** All folders of the workspace, that one included. */
  readonly folders: readonly string[];
  readonly isTrusted: boolean;
  /** What is chosen for the folder in the Python extensions, the one that counts more first. */
  readonly selected: readonly Selected[];
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly exists?: (file: string) => boolean;
}

export interface Selected {
  readonly path: string;
  /** The extension, as the user knows it. */
  readonly where: string;
}

/** Return what may run the user's callable, in order. */
export function callableCandidates(around: Surroundings): Candidate[] {
  const chosen = fromSetting(around, true);
  return chosen.length > 0 ? chosen : unchosenCandidates(around);
}

/** Return what may run the server, in order; a broken setting does not keep the server from starting. */
export function serverCandidates(around: Surroundings): Candidate[] {
  return [...fromSetting(around, false), ...unchosenCandidates(around)];
}

/** Tell whether a file may be run at all. */
export function mayRun(around: Pick<Surroundings, "isTrusted" | "folders">): (file: string) => boolean {
  return (file) => around.isTrusted || !isInside(file, around.folders);
}

/** Return the environment for a probe or the server, without what would steer its Python. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const steering = new Set(["ELECTRON_RUN_AS_NODE"]);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !steering.has(name.toUpperCase())));
}

function fromSetting(around: Surroundings, isChosen: boolean): Candidate[] {
  const { setting, folder, environment, platform } = around;
  if (setting.trim() === "") {
    return [];
  }
  const why = "setting `llmentary.interpreter`";
  const command = expandSetting(setting, folder, environment);
  if (path.isAbsolute(command)) {
    return [{ command: [command], why, isChosen }];
  }
  const existing = onPath(command, around);
  const found = existing[0] ?? findOnPath(command, environment, platform)[0] ?? command;
  return [{ command: [found], why, isChosen }];
}

function unchosenCandidates(around: Surroundings): Candidate[] {
  const { isTrusted, selected, folder, platform } = around;
  const exists = around.exists ?? existsSync;
  const found: Candidate[] = [];
  if (isTrusted) {
    found.push(...selected.map((one) => ({ command: [one.path], why: `chosen in the extension ${one.where}` })));
  }
  if (isTrusted && folder !== undefined) {
    const inFolder = environmentPythons(folder, platform).filter((file) => exists(file));
    found.push(...inFolder.map((file) => ({ command: [file], why: `environment of the folder \`${path.basename(folder)}\`` })));
  }
  const why = "found on PATH";
  found.push(...["python3", "python"].flatMap((name) => onPath(name, around)).map((file) => ({ command: [file], why })));
  if (platform === "win32") {
    found.push(...onPath("py", around).map((file) => ({ command: [file, "-3"], why: "found by the `py` launcher" })));
  }
  return found;
}

function onPath(name: string, { environment, platform, exists = existsSync }: Surroundings): string[] {
  return findOnPath(name, environment, platform).filter((file) => exists(file));
}
