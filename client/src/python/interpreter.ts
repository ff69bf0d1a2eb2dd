/**
 * Find a Python by starting it, and say why it was chosen.
 *
 * Knows neither VS Code nor the project: the candidates are arguments, so that it can be tested alone.
 */
import { execFile } from "node:child_process";
import type { ExecFileException } from "node:child_process";
import { realpathSync } from "node:fs";
import * as path from "node:path";

export type Version = readonly [major: number, minor: number];

/** The server needs this version or newer. */
export const SERVER_MINIMUM: Version = [3, 10];
/** The user's callable needs this version or newer. */
export const CALLABLE_MINIMUM: Version = [3, 9];

export interface Candidate {
  /** An absolute path, with flags after it if it is a launcher (`py -3`). */
  readonly command: readonly string[];
  /** Where it comes from, as shown to the user: "setting `llmentary.interpreter`". */
  readonly why: string;
  /** The user named this one: if it does not work, no other is used instead. */
  readonly isChosen?: boolean;
}

export interface FoundInterpreter {
  readonly path: string;
  readonly version: Version;
  readonly why: string;
}

export interface Tried {
  readonly what: string;
  readonly why: string;
  readonly outcome: string;
}

/** Starts a candidate: gives its path and version, or says why it does not answer. */
export type Probe = (command: readonly string[]) => Promise<{ path: string; version: Version } | string>;

export interface Search {
  readonly found: FoundInterpreter | undefined;
  readonly tried: readonly Tried[];
  /** The user named the one that was tried, and it does not work. */
  readonly isChosen?: boolean;
}

/** Return the first candidate that starts, is recent enough and may be run. */
export async function findInterpreter(
  candidates: Iterable<Candidate>,
  minimum: Version,
  probe: Probe,
  isAllowed: (file: string) => boolean = () => true,
): Promise<Search> {
  const tried: Tried[] = [];
  for (const { command, why, isChosen } of candidates) {
    const outcome = await judgeCandidate(command, minimum, probe, isAllowed);
    if (typeof outcome !== "string") {
      return { found: { ...outcome, why }, tried };
    }
    tried.push({ what: command.join(" "), why, outcome });
    if (isChosen === true) {
      return { found: undefined, tried, isChosen };
    }
  }
  return { found: undefined, tried };
}

/** Return the Python for the server to use: the one found, or the user's broken choice, so that the server reports it. */
export function pythonToUse({ found, tried, isChosen }: Search): string | undefined {
  return found?.path ?? (isChosen === true ? tried[0]?.what : undefined);
}

/** Return a sentence that says what was tried and what to do. */
export function explainSearch(tried: readonly Tried[], minimum: Version): string {
  const needed = `Python ${minimum.join(".")} or newer`;
  if (tried.length === 0) {
    return `No ${needed} was found on PATH; install one, or set \`llmentary.interpreter\`.`;
  }
  const [only] = tried;
  if (only !== undefined && tried.length === 1) {
    return `${only.what} (${only.why}) cannot be used: ${only.outcome}. Set \`llmentary.interpreter\` to a ${needed}.`;
  }
  const list = tried.map(({ what, why, outcome }) => `${what} (${why}): ${outcome}`).join("; ");
  return `No ${needed} was found; set \`llmentary.interpreter\`. Tried ${list}.`;
}

async function judgeCandidate(
  command: readonly string[],
  minimum: Version,
  probe: Probe,
  isAllowed: (file: string) => boolean,
): Promise<{ path: string; version: Version } | string> {
  if (!isAllowed(command[0] ?? "")) {
    return "inside a folder that you have not trusted";
  }
  const outcome = await probe(command);
  if (typeof outcome === "string") {
    return outcome;
  }
  const [major, minor] = outcome.version;
  const isOld = major < minimum[0] || (major === minimum[0] && minor < minimum[1]);
  return isOld ? `it is Python ${major}.${minor}` : outcome;
}

/** Return a probe that starts the candidate in `folder`, with its own environment variables only. */
export function startingIn(folder: string, environment: NodeJS.ProcessEnv, timeoutMs = 10_000): Probe {
  const program = "import json, sys; print(json.dumps([sys.executable, sys.version_info[0], sys.version_info[1]]))";
  return ([file = "", ...flags]) =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: environment, timeout: timeoutMs, windowsHide: true };
      execFile(file, [...flags, "-I", "-c", program], options, (error, stdout) => {
        if (error !== null) {
          resolve(explainFailure(error));
          return;
        }
        const answer = readAnswer(stdout);
        resolve(answer ?? "it is not a Python");
      });
    });
}

function explainFailure(error: ExecFileException): string {
  if (error.code === "ENOENT") {
    return "it does not exist";
  }
  if (error.killed === true) {
    return "it did not answer in time";
  }
  return typeof error.code === "number" ? `it ended with exit code ${error.code}` : `it did not start (${String(error.code)})`;
}

function readAnswer(stdout: string): { path: string; version: Version } | undefined {
  try {
    const answer: unknown = JSON.parse(stdout);
    if (Array.isArray(answer)) {
      const [file, major, minor] = answer as unknown[];
      if (typeof file === "string" && file !== "" && typeof major === "number" && typeof minor === "number") {
        return { path: file, version: [major, minor] };
      }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return undefined;
}

/** Return the setting's command with `${...}` and `~` expanded; a bare name is left as it is. */
export function expandSetting(value: string, folder: string | undefined, environment: NodeJS.ProcessEnv): string {
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? "";
  const filled = value
    .trim()
    .replace(/^~(?=$|[\\/])/, () => home)
    .replaceAll("${userHome}", () => home)
    .replaceAll("${workspaceFolder}", () => folder ?? "")
    .replace(/\$\{env:(\w+)\}/g, (_, name: string) => environment[name] ?? "");
  const isBareName = !/[\\/]/.test(filled);
  if (isBareName || path.isAbsolute(filled) || folder === undefined) {
    return filled;
  }
  return path.join(folder, filled);
}

/**
 * Return the absolute paths of a command name on PATH.
 *
 * Searched here, since the system may also look for the name in the current folder.
 */
export function findOnPath(name: string, environment: NodeJS.ProcessEnv, platform = process.platform): string[] {
  const searched = platform === "win32" ? path.win32 : path.posix;
  const variable = Object.keys(environment).find((key) => key.toUpperCase() === "PATH");
  const folders = (variable === undefined ? "" : (environment[variable] ?? "")).split(searched.delimiter);
  const suffix = platform === "win32" && searched.extname(name).toLowerCase() !== ".exe" ? ".exe" : "";
  const absolute = folders.filter((each) => searched.isAbsolute(each)).map((each) => searched.join(each, name + suffix));
  return [...new Set(absolute)];
}

/** Return where a virtual environment in `folder` would have its Python. */
export function environmentPythons(folder: string, platform = process.platform): string[] {
  const inside = platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return [".venv", "venv"].map((name) => path.join(folder, name, ...inside));
}

/** Return whether a file lies in one of the folders, by its own path or by that of its link target. */
export function isInside(file: string, folders: readonly string[]): boolean {
  // The folder may be a link as well, as `/tmp` is on macOS.
  const files = [path.resolve(file), path.join(realPath(path.dirname(file)), path.basename(file)), realPath(file)];
  return folders.some((folder) =>
    [path.resolve(folder), realPath(folder)].some((parent) => files.some((each) => isBelow(each, parent))),
  );
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function realPath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    // It does not exist or cannot be read: then only its own path is known.
    return path.resolve(file);
  }
}
