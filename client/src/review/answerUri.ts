/**
 * The URIs of virtual documents that show answers. They name the case and never quote an answer: VS Code stores URIs.
 */

export const SCHEME = "llmentary-answer";

export type Side = "approved" | "new";

export interface AnswerAddress {
  readonly side: Side;
  readonly uri: string;
  readonly key: string;
}

const MAX_LABEL_LENGTH = 60;

/** Return the parts of a URI. Tabs show the path. */
export function answerAddress(address: AnswerAddress, label: string): { scheme: string; path: string; query: string } {
  const shown = label.replace(/[\\/?#%:*"<>|\s]+/g, " ").trim().slice(0, MAX_LABEL_LENGTH).trim();
  const what = address.side === "approved" ? "approved, redacted" : "new answer";
  const query = new URLSearchParams({ side: address.side, key: address.key, suite: address.uri }).toString();
  return { scheme: SCHEME, path: `/${shown === "" ? "question" : shown} (${what}).llmanswer`, query };
}

/** Return what a URI names; undefined if it is not one of ours. */
export function readAnswerAddress(query: string): AnswerAddress | undefined {
  const parts = new URLSearchParams(query);
  const side = parts.get("side");
  const key = parts.get("key");
  const uri = parts.get("suite");
  return (side === "approved" || side === "new") && key !== null && uri !== null ? { side, uri, key } : undefined;
}
