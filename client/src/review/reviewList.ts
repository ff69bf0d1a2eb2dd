/**
 * The answers of a review: the current one, the decisions, and how to undo them.
 *
 * Knows no VS Code. Rejections take effect at the end, so that they can be undone.
 */
import type { ReviewCase } from "../protocol";

export type Decision = "approved" | "rejected" | "skipped";

export interface Step {
  readonly index: number;
  readonly decision: Decision;
}

export class ReviewList {
  readonly #steps: Step[] = [];
  #index = 0;

  constructor(readonly cases: readonly ReviewCase[]) {}

  /** The case to decide on; undefined at the end. */
  get current(): ReviewCase | undefined {
    return this.cases[this.#index];
  }

  /** Such as `2 of 7`. */
  get progress(): string {
    return `${Math.min(this.#index + 1, this.cases.length)} of ${this.cases.length}`;
  }

  decide(decision: Decision): void {
    if (this.current !== undefined) {
      this.#steps.push({ index: this.#index, decision });
      this.#index += 1;
    }
  }

  /** Return to the case decided last, and return that decision. */
  undo(): { decision: Decision; case: ReviewCase } | undefined {
    const step = this.#steps.pop();
    const back = step && this.cases[step.index];
    if (step === undefined || back === undefined) {
      return undefined;
    }
    this.#index = step.index;
    return { decision: step.decision, case: back };
  }

  /** The cases with this decision. */
  decided(decision: Decision): ReviewCase[] {
    return this.#steps.flatMap((step) => (step.decision === decision ? (this.cases[step.index] ?? []) : []));
  }

  /** Such as `3 approved, 1 rejected, 2 left`. */
  get summary(): string {
    const counts = (["approved", "rejected", "skipped"] as const).map((word) => [this.decided(word).length, word] as const);
    const left = [this.cases.length - this.#index, "left"] as const;
    const parts = [...counts, left].filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
    return parts.join(", ");
  }
}
