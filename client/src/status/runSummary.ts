/**
 * Describe the outcome of a run in one line.
 */

/** The worst first, so that what needs attention comes first. */
const VERDICTS = ["error", "failed", "changed", "unsure", "new", "passed", "skipped"] as const;

/** Return the summary in words, such as `2 changed, 1 new, 14 passed`. */
export function describeSummary(summary: Readonly<Record<string, number>>): string {
  const parts = VERDICTS.flatMap((verdict) => {
    const count = summary[verdict] ?? 0;
    return count > 0 ? [`${count} ${verdict}`] : [];
  });
  return parts.length > 0 ? parts.join(", ") : "no question to ask";
}

/** Return whether the run found something that needs the user's attention. */
export function needsAttention(summary: Readonly<Record<string, number>>): boolean {
  return ["error", "failed", "changed"].some((verdict) => (summary[verdict] ?? 0) > 0);
}
