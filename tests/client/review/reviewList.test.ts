/** The walk of a review. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { ReviewCase } from "../../../client/src/protocol";
import { ReviewList } from "../../../client/src/review/reviewList";

function walk(...keys: string[]): ReviewList {
  return new ReviewList(keys.map((key) => ({ update: { key } }) as ReviewCase));
}

describe("ReviewList", () => {
  it("goes from case to case and ends", () => {
    const list = walk("a", "b");

    list.decide("approved");
    assert.equal(list.current?.update.key, "b");
    assert.equal(list.progress, "2 of 2");
    list.decide("skipped");

    assert.equal(list.current, undefined);
  });

  it("goes back to the case decided on last", () => {
    const list = walk("a", "b");
    list.decide("rejected");

    const taken = list.undo();

    assert.equal(taken?.decision, "rejected");
    assert.equal(taken.case.update.key, "a");
    assert.equal(list.current?.update.key, "a");
    assert.deepEqual(list.decided("rejected"), []);
  });

  it("has nothing to undo at its start", () => {
    assert.equal(walk("a").undo(), undefined);
  });

  it("takes no decision after its end", () => {
    const list = walk("a");
    list.decide("approved");

    list.decide("approved");

    assert.equal(list.decided("approved").length, 1);
  });

  it("sums up", () => {
    const list = walk("a", "b", "c", "d");
    list.decide("approved");
    list.decide("rejected");

    assert.equal(list.summary, "1 approved, 1 rejected, 2 left");
  });
});
