/**
 * What is offered for pinning, as rows of a list; VS Code is not needed to tell them.
 */
import type { PinnableItem } from "./protocol";

/** A row to tick. */
export interface PinItem {
  readonly label: string;
  readonly description: string;
  readonly alwaysShow: boolean;
  /** The phrase and its aliases. */
  readonly pin: string[];
}

/** Return a phrase and its aliases from what was typed: `30 days = a month` or `30 days | a month`. */
export function readPin(typed: string): string[] {
  return typed
    .split(typed.includes("|") ? "|" : " = ")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
}

/** Return the rows for the facts of an answer, below one for what is being typed. */
export function pinItems(facts: readonly PinnableItem[], typed: string, ticked: readonly PinItem[] = []): PinItem[] {
  const offered = facts.map(({ label, kind, inQuestion }) => ({
    label,
    description: inQuestion ? `${kind}, in the question as well` : kind,
    alwaysShow: false,
    pin: [label],
  }));
  const own = ticked.filter(({ label }) => !offered.some((item) => item.label === label));
  const pin = readPin(typed);
  const label = pin.join(" = ");
  const isKnown = [...offered, ...own].some((item) => item.label === label);
  const typing = pin.length === 0 || isKnown ? [] : [{ label, description: "this phrase", alwaysShow: true, pin }];
  return [...typing, ...own, ...offered];
}
