/** The wording of the status item. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { statusLines, statusText } from "../../client/src/statusText";
import type { Shown } from "../../client/src/statusText";

const python = { path: "/w/.venv/bin/python", version: [3, 12] as const, why: "environment of the folder `w`" };
const status = {
  root: "/w",
  interpreter: "/p",
  why: "",
  callable: "bot:ask",
  trusted: true,
  running: 0,
  key: "found",
  lastRun: { passed: 3, changed: 1 },
};

function shown(changes: Partial<Shown> = {}): Shown {
  return { state: "running", isTrusted: true, own: python, callable: python, status, ...changes };
}

describe("statusText", () => {
  const cases: [string, Partial<Shown>, string][] = [
    ["the Python that answers", {}, "llmentary: Python 3.12"],
    ["a start", { state: "starting" }, "llmentary: starting"],
    ["a server that failed", { state: "failed" }, "llmentary: server failed"],
    ["missing trust", { isTrusted: false, callable: undefined }, "llmentary: not trusted"],
    ["a run", { status: { ...status, running: 3 } }, "llmentary: asking 3"],
    ["a search that goes on", { callable: undefined }, "llmentary: starting"],
    ["a missing Python", { callable: "none" }, "llmentary: no Python"],
  ];
  for (const [what, changes, accessible] of cases) {
    it(`tells ${what} in words`, () => {
      assert.equal(statusText(shown(changes)).accessible, accessible);
    });
  }

  it("stands out only where something needs the user", () => {
    assert.equal(statusText(shown()).isBad, false);
    assert.equal(statusText(shown({ state: "failed" })).isBad, true);
  });
});

describe("statusLines", () => {
  it("says which Python and why, the callable, the key, the last run and the trust", () => {
    assert.deepEqual(statusLines(shown()).map(({ detail }) => detail), [
      "running on /w/.venv/bin/python (Python 3.12, environment of the folder `w`)",
      "/w/.venv/bin/python (Python 3.12, environment of the folder `w`)",
      "bot:ask",
      "found",
      "1 changed, 3 passed",
      "/w, trusted",
    ]);
  });

  it("gives the reason where there is no Python", () => {
    assert.equal(statusLines(shown({ callable: "nothing found" }))[1]?.detail, "nothing found");
  });
});
