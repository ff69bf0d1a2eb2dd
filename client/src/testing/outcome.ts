/**
 * What a case's result means to VS Code.
 */
import type { CaseUpdate } from "../protocol";

/** A result in terms of a test tool that only knows passed, failed, errored and skipped. */
export type Outcome = "passed" | "failed" | "errored" | "skipped";

/** Return the outcome of a verdict. `new` was compared with nothing, and `unsure` is no failure here. */
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

/** Return whether two results of a case are the same, except for whether they are outdated. */
export function isSameResult(now: CaseUpdate, before: CaseUpdate | undefined): boolean {
  return (
    now.verdict === before?.verdict &&
    now.reason === before.reason &&
    now.message === before.message &&
    now.elapsed === before.elapsed
  );
}
