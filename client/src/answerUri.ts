/**
 * The addresses of virtual documents that show answers. They name the case and never quote an answer: VS Code keeps
 * addresses.
 */

export const SCHEME = "llmentary-answer";

export type Side = "approved" | "new";

export interface AnswerAddress {
  readonly side: Side;
  readonly uri: string;
  readonly key: string;
}

const MOST_CHARACTERS = 60;

/** Return the parts of an address. The path is what tabs show. */
export function answerAddress(address: AnswerAddress, label: string): { scheme: string; path: string; query: string } {
  const shown = label.replace(/[\\/?#%:*"<>|\s]+/g, " ").trim().slice(0, MOST_CHARACTERS).trim();
  const what = address.side === "approved" ? "approved, redacted" : "new answer";
  const query = new URLSearchParams({ side: address.side, key: address.key, suite: address.uri }).toString();
  return { scheme: SCHEME, path: `/${shown === "" ? "question" : shown} (${what}).llmanswer`, query };
}

/** Return what an address names; undefined where it is none of ours. */
export function readAnswerAddress(query: string): AnswerAddress | undefined {
  const parts = new URLSearchParams(query);
  const side = parts.get("side");
  const key = parts.get("key");
  const uri = parts.get("suite");
  return (side === "approved" || side === "new") && key !== null && uri !== null ? { side, uri, key } : undefined;
}
