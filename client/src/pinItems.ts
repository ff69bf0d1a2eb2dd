/**
 * What is offered for pinning, as rows of a list; VS Code is not needed to tell them.
 */
import type { PinChoice, PinnableItem } from "./protocol";

/** A row to tick. */
export interface PinItem {
  readonly label: string;
  readonly description: string;
  readonly alwaysShow: boolean;
  readonly pin: PinChoice;
}

/** Return what was typed as a pin: `30 days`, `30 days = a month`, `return window := 30 days | a month`. */
export function readPin(typed: string): PinChoice {
  const at = typed.indexOf(":=");
  const rest = at < 0 ? typed : typed.slice(at + 2);
  const phrases = rest
    .split(rest.includes("|") ? "|" : " = ")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
  return { name: at < 0 ? "" : typed.slice(0, at).trim(), phrases };
}

/** Return a pin as it is typed. */
function writePin({ name, phrases }: PinChoice): string {
  return (name && `${name} := `) + phrases.join(" = ");
}

/**
 * Return the rows for the facts of an answer, for phrases of the user's own, and for what is being typed.
 *
 * A row keeps its place: VS Code tells by its place which one was ticked, and may speak of the rows before these.
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
