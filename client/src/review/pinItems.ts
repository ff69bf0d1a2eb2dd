/**
 * The phrases offered for pinning, as rows of a list. Knows no VS Code.
 */
import type { PinChoice, PinnableItem } from "../protocol";

/** A row to select. */
export interface PinItem {
  readonly label: string;
  readonly description: string;
  readonly alwaysShow: boolean;
  readonly pin: PinChoice;
}

/** Return typed text as a pin: `30 days`, `30 days = a month`, `return window := 30 days | a month`. */
export function readPin(typed: string): PinChoice {
  const separator = typed.indexOf(":=");
  const rest = separator < 0 ? typed : typed.slice(separator + 2);
  const phrases = rest
    .split(rest.includes("|") ? "|" : " = ")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
  return { name: separator < 0 ? "" : typed.slice(0, separator).trim(), phrases };
}

/** Return a pin as the user would type it. */
function writePin({ name, phrases }: PinChoice): string {
  return (name && `${name} := `) + phrases.join(" = ");
}

/**
 * Return the rows for the facts of an answer, the user's own phrases, and what is being typed.
 *
 * Rows keep their positions: VS Code reports a selection by position, and may mean the previous rows.
 */
export function pinItems(facts: readonly PinnableItem[], typed: string, own: readonly PinItem[] = []): PinItem[] {
  const offered = facts.map(({ label, kind, inQuestion }) => ({
    label,
    description: inQuestion ? `${kind}, in the question as well` : kind,
    alwaysShow: false,
    pin: { name: "", phrases: [label] },
  }));
  const pin = readPin(typed);
  const label = writePin(pin);
  const isKnown = [...offered, ...own].some((item) => item.label === label);
  const typing = pin.phrases.length === 0 || isKnown ? [] : [{ label, description: "this phrase", alwaysShow: true, pin }];
  return [...offered, ...own, ...typing];
}
