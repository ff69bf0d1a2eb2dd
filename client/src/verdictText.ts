/**
 * What a case's result means to VS Code.
 */
import type { CaseUpdate } from "./protocol";

/** What a result means for a test tool that knows passed, failed, errored and skipped only. */
export type Outcome = "passed" | "failed" | "errored" | "skipped";

/** Return what of the four a verdict is. `new` has nothing to be compared with, and `reworded` fails nothing here. */
export function outcomeOf(verdict: string): Outcome {
  switch (verdict) {
    case "changed":
    case "failed":
      return "failed";
    case "error":
      return "errored";
    case "new":
    case "skipped":
      return "skipped";
    default:
      return "passed";
  }
}

/** Tell whether two results say the same of a case, apart from how old they are. */
export function isSameResult(now: CaseUpdate, before: CaseUpdate | undefined): boolean {
  return (
    now.verdict === before?.verdict &&
    now.reason === before.reason &&
    now.message === before.message &&
    now.elapsed === before.elapsed
  );
}
