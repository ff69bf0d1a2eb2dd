/**
 * Describe captured answers for the training inbox. Knows no VS Code.
 */
import type { CapturedItem } from "../protocol";

/** Return what to read before deciding: the conversation, the answer, and where they would be saved. */
export function describeCapture(capture: CapturedItem): string {
  const { answer, suite, name, tags, callable, model, note, turns, question } = capture;
  const asked = turns.length > 1 ? turns.map(({ role, text }) => `--- ${role}\n${text}`).join("\n") : question;
  const kept = [
    `suite     ${suite}`,
    `name      ${name}`,
    ...(tags.length > 0 ? [`tags      ${tags.join(", ")}`] : []),
    `asked by  ${callable ?? "nothing: it cannot be asked again"}`,
    ...(model === null ? [] : [`model     ${model}`]),
  ];
  return [asked, "", "=== the answer", "", answer, "", "=== to be kept as", "", ...kept, ...(note === "" ? [] : ["", note]), ""].join("\n");
}

/** Return a capture's state in a few words, for the row of its question. */
export function describeState({ state, suite }: Pick<CapturedItem, "state" | "suite">): string {
  const words: Readonly<Record<string, string>> = {
    new: "new",
    example: "another answer to a known question",
    passed: "passes already",
    trouble: "cannot be kept as it is",
  };
  return `${words[state] ?? state}, ${suite}`;
}

/** Return the turns that go into a suite only if the developer allows it, with their positions. */
export function turnsToAllow({ turns }: Pick<CapturedItem, "turns">): { position: number; role: string; text: string }[] {
  return turns.flatMap(({ role, text }, position) => (role === "user" ? [] : [{ position, role, text }]));
}
