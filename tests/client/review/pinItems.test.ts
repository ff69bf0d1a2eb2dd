/** What is offered for pinning. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { pinItems, readPin } from "../../../client/src/review/pinItems";

const facts = [
  { label: "30 days", kind: "number", inQuestion: false },
  { label: "Norway", kind: "name", inQuestion: true },
];

describe("readPin", () => {
  for (const [typed, pin] of [
    ["30 days", ["", "30 days"]],
    [" 30 days = a month ", ["", "30 days", "a month"]],
    ["30 days|a month| one month", ["", "30 days", "a month", "one month"]],
    ["return window := 30 days = a month", ["return window", "30 days", "a month"]],
    ["window:=", ["window"]],
    ["x=1", ["", "x=1"]],
    ["30 days = ", ["", "30 days"]],
    ["", [""]],
  ] as const) {
    it(`reads “${typed}”`, () => {
      const [name, ...phrases] = pin;

      assert.deepEqual(readPin(typed), { name, phrases });
    });
  }
});

describe("pinItems", () => {
  it("offers the facts, and says what the question holds itself", () => {
    assert.deepEqual(
      pinItems(facts, "").map(({ label, description, pin }) => [label, description, pin]),
      [
        ["30 days", "number", { name: "", phrases: ["30 days"] }],
        ["Norway", "name, in the question as well", { name: "", phrases: ["Norway"] }],
      ],
    );
  });

  it("adds what is typed, where no filter hides it", () => {
    const last = pinItems(facts, "contact := Maria = Mary").at(-1);

    assert.deepEqual(last, {
      label: "contact := Maria = Mary",
      description: "this phrase",
      alwaysShow: true,
      pin: { name: "contact", phrases: ["Maria", "Mary"] },
    });
  });

  it("does not offer twice what is a fact", () => {
    assert.equal(pinItems(facts, "Norway").length, 2);
  });

  it("keeps each row in its place while another phrase is typed, or none", () => {
    const own = pinItems(facts, "Maria").at(-1);
    assert.ok(own);

    assert.deepEqual(pinItems(facts, "Sig", [own]).map(({ label }) => label), ["30 days", "Norway", "Maria", "Sig"]);
    assert.deepEqual(pinItems(facts, "", [own]).map(({ label }) => label), ["30 days", "Norway", "Maria"]);
  });
});
