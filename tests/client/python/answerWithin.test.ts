/** Waiting for what may take long. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { answerWithin } from "../../../client/src/python/answerWithin";

describe("answerWithin", () => {
  it("gives the answer that comes in time", async () => {
    const late: string[] = [];

    assert.equal(await answerWithin(60_000, Promise.resolve("here"), (answer) => late.push(answer)), "here");
    assert.deepEqual(late, []);
  });

  it("goes on without one that does not come, and hands it over when it does", async () => {
    let answer: (text: string) => void = () => undefined;
    const coming = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const handedOver = new Promise<string>((resolve) => {
      void answerWithin(0, coming, resolve).then((found) => {
        assert.equal(found, undefined);
        answer("late");
      });
    });

    assert.equal(await handedOver, "late");
  });

  it("hands on what goes wrong in time", async () => {
    await assert.rejects(answerWithin(60_000, Promise.reject(new Error("no")), () => undefined), /no/);
  });
});
