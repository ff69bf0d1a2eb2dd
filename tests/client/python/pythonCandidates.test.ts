/** Which Pythons are tried, in which order, and what trust changes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { callableCandidates, cleanEnvironment, mayRun, serverCandidates } from "../../../client/src/python/pythonCandidates";
import type { SearchContext } from "../../../client/src/python/pythonCandidates";

const existing = new Set([
  "/shop/.venv/bin/python",
  "/other/.venv/bin/python",
  "/usr/bin/python3",
  "/usr/bin/python",
  "C:\\Windows\\py.exe",
  "/opt/bin/python3.12",
]);

function around(changes: Partial<SearchContext> = {}): SearchContext {
  return {
    setting: "",
    folder: "/shop",
    folders: ["/shop", "/other"],
    isTrusted: true,
    selected: [],
    environment: { PATH: "/usr/bin:/opt/bin" },
    platform: "linux",
    exists: (file) => existing.has(file),
    ...changes,
  };
}

function files(candidates: ReturnType<typeof callableCandidates>): string[] {
  return candidates.map(({ command }) => command.join(" "));
}

describe("callableCandidates", { skip: process.platform === "win32" }, () => {
  it("goes from the Python extensions over the folder's own environment to PATH, and says so", () => {
    const selected = [
      { path: "/uv/python", where: "Python Environments" },
      { path: "/conda/python", where: "Python" },
    ];

    assert.deepEqual(callableCandidates(around({ selected })), [
      { command: ["/uv/python"], why: "chosen in the extension Python Environments" },
      { command: ["/conda/python"], why: "chosen in the extension Python" },
      { command: ["/shop/.venv/bin/python"], why: "environment of the folder `shop`" },
      { command: ["/usr/bin/python3"], why: "found on PATH" },
      { command: ["/usr/bin/python"], why: "found on PATH" },
    ]);
  });

  it("takes each folder's own environment", () => {
    assert.equal(files(callableCandidates(around({ folder: "/other" })))[0], "/other/.venv/bin/python");
  });

  it("keeps to the setting alone", () => {
    assert.deepEqual(callableCandidates(around({ setting: "${workspaceFolder}/py" })), [
      { command: ["/shop/py"], why: "setting `llmentary.interpreter`", isChosen: true },
    ]);
  });

  it("looks a bare name up on PATH", () => {
    assert.deepEqual(files(callableCandidates(around({ setting: "python3.12" }))), ["/opt/bin/python3.12"]);
  });

  it("takes nothing of an untrusted folder", () => {
    const candidates = callableCandidates(around({ isTrusted: false, selected: [{ path: "/shop/evil/python", where: "Python" }] }));

    assert.deepEqual(files(candidates), ["/usr/bin/python3", "/usr/bin/python"]);
  });

  it("knows the launcher of Windows", () => {
    const candidates = callableCandidates(
      around({ platform: "win32", environment: { Path: "C:\\Windows" }, folder: undefined, folders: [] }),
    );

    assert.deepEqual(files(candidates), ["C:\\Windows\\py.exe -3"]);
  });
});

describe("serverCandidates", { skip: process.platform === "win32" }, () => {
  it("goes on after a setting that may be broken", () => {
    const candidates = serverCandidates(around({ setting: "/gone", isTrusted: false }));

    assert.deepEqual(files(candidates), ["/gone", "/usr/bin/python3", "/usr/bin/python"]);
    assert.equal(candidates[0]?.isChosen, false);
  });
});

describe("mayRun", { skip: process.platform === "win32" }, () => {
  it("forbids what lies in an untrusted folder, whatever the user's settings say", () => {
    assert.equal(mayRun({ isTrusted: false, folders: ["/shop"] })("/shop/.venv/bin/python"), false);
    assert.equal(mayRun({ isTrusted: false, folders: ["/shop"] })("/usr/bin/python3"), true);
    assert.equal(mayRun({ isTrusted: true, folders: ["/shop"] })("/shop/.venv/bin/python"), true);
  });
});

describe("cleanEnvironment", () => {
  it("drops what belongs to VS Code's own process", () => {
    assert.deepEqual(cleanEnvironment({ ELECTRON_RUN_AS_NODE: "1", HOME: "/h" }), { HOME: "/h" });
  });
});
