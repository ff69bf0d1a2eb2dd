/**
 * Tell in words what went wrong.
 */

/** Return the sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
