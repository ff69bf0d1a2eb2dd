/**
 * Describe the status for the status bar, its tooltip and its list.
 */
import { isInside } from "../python/interpreter";
import type { FoundInterpreter } from "../python/interpreter";
import type { StatusParams } from "../protocol";
import { describeSummary } from "./runSummary";

export interface Shown {
  readonly state: "stopped" | "starting" | "running" | "failed";
  readonly isTrusted: boolean;
  readonly own: FoundInterpreter | undefined;
  /** A sentence on why there is none; undefined before the first search. */
  readonly callable: FoundInterpreter | string | undefined;
  readonly status: StatusParams | undefined;
}

/** Return the few words of the status bar, and the same for a screen reader. */
export function statusText(shown: Shown): { text: string; accessible: string; isBad: boolean } {
  const { state, isTrusted, callable, status } = shown;
  const running = status?.running ?? 0;
  if (state === "failed" || state === "stopped") {
    return statusItem("error", `llmentary: server ${state}`, true);
  }
  if (!isTrusted && state === "running") {
    return statusItem("shield", "llmentary: not trusted", false);
  }
  if (state === "starting" || callable === undefined) {
    return statusItem("loading~spin", "llmentary: starting", false);
  }
  if (running > 0) {
    return statusItem("loading~spin", `llmentary: asking ${running}`, false);
  }
  if (ownOfProject(callable, status) !== undefined) {
    return statusItem("comment-discussion", "llmentary: Python of the project", false);
  }
  if (typeof callable === "string") {
    return statusItem("warning", "llmentary: no Python", true);
  }
  return statusItem("comment-discussion", `llmentary: Python ${callable.version.join(".")}`, false);
}

/** Return the details, one per line. */
export function statusLines(shown: Shown): { label: string; detail: string }[] {
  const { state, isTrusted, own, callable, status } = shown;
  return [
    { label: "Server", detail: own === undefined ? state : `${state} on ${named(own)}` },
    { label: "Python for your callable", detail: describeCallable(callable, isTrusted, status) },
    { label: "Callable", detail: status?.callable ?? "none set for the project; suites may set their own" },
    { label: "Key", detail: status?.key ?? "not looked for yet" },
    { label: "Last run", detail: status?.lastRun ? describeSummary(status.lastRun) : "none yet" },
    { label: "Folder", detail: `${status?.root ?? "none yet"}, ${isTrusted ? "trusted" : "not trusted: nothing is asked"}` },
  ];
}

/** Return the status of the project that a file belongs to, else of the first project. */
export function nearestStatus(statuses: readonly StatusParams[], file: string | undefined): StatusParams | undefined {
  const around = statuses.filter(({ root }) => file !== undefined && isInside(file, [root]));
  return around.sort((left, right) => right.root.length - left.root.length)[0] ?? statuses[0];
}

function describeCallable(callable: Shown["callable"], isTrusted: boolean, status: StatusParams | undefined): string {
  if (callable === undefined) {
    return isTrusted ? "not looked for yet" : "none, since the folder is not trusted";
  }
  const own = ownOfProject(callable, status);
  if (own !== undefined) {
    return `${own} (${typeof callable === "string" ? (status?.why ?? "") : "set in the project"})`;
  }
  return typeof callable === "string" ? callable : named(callable);
}

/** Return the Python that a project's own files name: it takes precedence over the editor's. */
function ownOfProject(callable: FoundInterpreter | string, status: StatusParams | undefined): string | undefined {
  const interpreter = status?.interpreter ?? undefined;
  // The sentence about a broken choice of the user begins with its path.
  const isOfEditor = typeof callable === "string" ? callable.startsWith(`${interpreter} (`) : interpreter === callable.path;
  return isOfEditor ? undefined : interpreter;
}

function named({ path, version, why }: FoundInterpreter): string {
  return `${path} (Python ${version.join(".")}, ${why})`;
}

function statusItem(icon: string, words: string, isBad: boolean): { text: string; accessible: string; isBad: boolean } {
  return { text: `$(${icon}) ${words}`, accessible: words, isBad };
}
