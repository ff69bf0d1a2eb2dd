/** The wording of the status item. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { nearestStatus, statusLines, statusText } from "../../../client/src/status/statusText";
import type { Shown } from "../../../client/src/status/statusText";

const python = { path: "/w/.venv/bin/python", version: [3, 12] as const, why: "environment of the folder `w`" };
const status = {
  root: "/w",
  interpreter: "/w/.venv/bin/python",
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
    ["a missing Python", { callable: "none", status: undefined }, "llmentary: no Python"],
    ["a Python that the project names", { status: { ...status, interpreter: "/p" } }, "llmentary: Python of the project"],
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
    const status = undefined;

    assert.equal(statusLines(shown({ callable: "nothing found", status }))[1]?.detail, "nothing found");
  });

  it("gives the reason where the chosen Python does not work, which the server is handed all the same", () => {
    const callable = "/b/python (setting `llmentary.interpreter`) cannot be used: it ended with exit code 1.";
    const chosen = shown({ callable, status: { ...status, interpreter: "/b/python" } });

    assert.equal(statusText(chosen).accessible, "llmentary: no Python");
    assert.equal(statusLines(chosen)[1]?.detail, callable);
  });

  it("tells of the Python that the project's own files name", () => {
    const line = statusLines(shown({ status: { ...status, interpreter: "/p" } }))[1];

    assert.equal(line?.detail, "/p (set in the project)");
  });
});

describe("nearestStatus", () => {
  const statuses = ["/w", "/w/inner", "/other"].map((root) => ({ ...status, root }));

  it("is that of the innermost project around a file", () => {
    assert.equal(nearestStatus(statuses, "/w/inner/a.llmtest")?.root, "/w/inner");
    assert.equal(nearestStatus(statuses, "/w/a.llmtest")?.root, "/w");
  });

  it("is the first one where there is no file, or none of a project", () => {
    assert.equal(nearestStatus(statuses, undefined)?.root, "/w");
    assert.equal(nearestStatus(statuses, "/elsewhere/a.txt")?.root, "/w");
    assert.equal(nearestStatus([], "/w/a.llmtest"), undefined);
  });
});
