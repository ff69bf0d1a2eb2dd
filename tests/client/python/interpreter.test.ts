/** Finding a Python: which is taken, and what is said where none is. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";

import {
  SERVER_MINIMUM,
  environmentPythons,
  expandSetting,
  explainSearch,
  findInterpreter,
  findOnPath,
  isInside,
  pythonToUse,
  startingIn,
} from "../../../client/src/python/interpreter";
import type { Candidate, Probe } from "../../../client/src/python/interpreter";

let folder: string;
before(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "llmentary ünit ")));
});
after(() => {
  rmSync(folder, { recursive: true });
});

const pythons: Probe = (command) => {
  const found = /python3\.(\d+)$/.exec(command.join(" "));
  return Promise.resolve(found?.[1] === undefined ? "it does not exist" : { path: command.join(" "), version: [3, Number(found[1])] });
};

function candidate(file: string, isChosen = false): Candidate {
  return { command: [file], why: "found on PATH", isChosen };
}

describe("findInterpreter", () => {
  it("takes the first that starts and is recent enough", async () => {
    const search = await findInterpreter([candidate("/no"), candidate("/python3.8"), candidate("/python3.12")], SERVER_MINIMUM, pythons);

    assert.equal(search.found?.path, "/python3.12");
    assert.deepEqual(search.tried.map(({ outcome }) => outcome), ["it does not exist", "it is Python 3.8"]);
  });

  it("takes no other where the one that the user chose does not work", async () => {
    const search = await findInterpreter([candidate("/gone", true), candidate("/python3.12")], SERVER_MINIMUM, pythons);

    assert.equal(search.found, undefined);
    assert.equal(pythonToUse(search), "/gone");
  });

  it("leaves it to the server where there was none to choose", async () => {
    const search = await findInterpreter([candidate("/gone"), candidate("/python3.12")], SERVER_MINIMUM, pythons);

    assert.equal(pythonToUse(search), "/python3.12");
    assert.equal(pythonToUse(await findInterpreter([candidate("/gone")], SERVER_MINIMUM, pythons)), undefined);
  });

  it("starts nothing that is not allowed", async () => {
    const started: string[] = [];
    const probe: Probe = (command) => {
      started.push(command.join(" "));
      return pythons(command);
    };

    const search = await findInterpreter([candidate("/evil/python3.12")], SERVER_MINIMUM, probe, () => false);

    assert.deepEqual(started, []);
    assert.match(search.tried[0]?.outcome ?? "", /not trusted/);
  });
});

describe("explainSearch", () => {
  it("names the need, the setting and everything that was tried", async () => {
    const { tried } = await findInterpreter([candidate("/python3.8"), candidate("/no")], SERVER_MINIMUM, pythons);

    assert.equal(
      explainSearch(tried, SERVER_MINIMUM),
      "No Python 3.10 or newer was found; set `llmentary.interpreter`. " +
        "Tried /python3.8 (found on PATH): it is Python 3.8; /no (found on PATH): it does not exist.",
    );
  });

  it("names the one that was tried, as where the setting chose it", () => {
    const tried = [{ what: "/x/python", why: "setting `llmentary.interpreter`", outcome: "it does not exist" }];

    assert.equal(
      explainSearch(tried, SERVER_MINIMUM),
      "/x/python (setting `llmentary.interpreter`) cannot be used: it does not exist. " +
        "Set `llmentary.interpreter` to a Python 3.10 or newer.",
    );
  });

  it("says what to do where there was nothing to try", () => {
    assert.match(explainSearch([], SERVER_MINIMUM), /install one/);
  });
});

describe("startingIn", () => {
  function script(name: string, text: string): string[] {
    const file = path.join(folder, `${name}.js`);
    writeFileSync(file, text);
    // Node stands in for Python, and this file's flags after it are ignored by the script.
    return [process.execPath, file];
  }

  it("reads path and version from what really started", async () => {
    const command = script("good", 'console.log(JSON.stringify(["/usr/bin/python3", 3, 12]))');

    assert.deepEqual(await startingIn(folder, process.env)(command), { path: "/usr/bin/python3", version: [3, 12] });
  });

  it("asks for isolation", async () => {
    const command = script("flags", 'console.log(JSON.stringify([process.argv[2], 3, 12]))');

    assert.deepEqual(await startingIn(folder, process.env)(command), { path: "-I", version: [3, 12] });
  });

  it("starts in the given folder", async () => {
    const command = script("where", "console.log(JSON.stringify([process.cwd(), 3, 12]))");

    assert.deepEqual(await startingIn(folder, process.env)(command), { path: folder, version: [3, 12] });
  });

  for (const [name, text, outcome] of [
    ["other", 'console.log("hello")', "it is not a Python"],
    ["leaves", "process.exit(9)", "it ended with exit code 9"],
  ] as const) {
    it(`says that ${outcome}`, async () => {
      assert.equal(await startingIn(folder, process.env)(script(name, text)), outcome);
    });
  }

  it("says that a file does not exist", async () => {
    assert.equal(await startingIn(folder, process.env)([path.join(folder, "gone")]), "it does not exist");
  });

  it("gives up on one that hangs", async () => {
    const command = script("hangs", "setInterval(() => {}, 1000)");

    assert.equal(await startingIn(folder, process.env, 300)(command), "it did not answer in time");
  });
});

describe("expandSetting", () => {
  const environment = { HOME: "/home/ann", TOOLS: "/opt" };
  for (const [value, expanded] of [
    ["python3.12", "python3.12"],
    ["/usr/bin/python3", "/usr/bin/python3"],
    ["~/py/bin/python", "/home/ann/py/bin/python"],
    ["${userHome}/py", "/home/ann/py"],
    ["${workspaceFolder}/.venv/bin/python", "/shop/.venv/bin/python"],
    ["${env:TOOLS}/python", "/opt/python"],
    [".venv/bin/python", "/shop/.venv/bin/python"],
  ] as const) {
    it(`reads ${value}`, { skip: process.platform === "win32" }, () => {
      assert.equal(expandSetting(value, "/shop", environment), expanded);
    });
  }
});

describe("findOnPath", () => {
  it("gives absolute paths and passes over relative folders", () => {
    assert.deepEqual(findOnPath("python3", { PATH: "/usr/bin:.:bin:/usr/bin:/opt" }, "linux"), ["/usr/bin/python3", "/opt/python3"]);
  });

  it("adds the suffix that Windows wants", () => {
    assert.deepEqual(findOnPath("python", { Path: "C:\\Python;." }, "win32"), ["C:\\Python\\python.exe"]);
  });

  it("gives nothing without PATH", () => {
    assert.deepEqual(findOnPath("python", {}, "linux"), []);
  });
});

describe("environmentPythons", () => {
  it("knows the usual names", () => {
    assert.deepEqual(environmentPythons("/shop", "linux"), ["/shop/.venv/bin/python", "/shop/venv/bin/python"]);
  });
});

describe("isInside", () => {
  it("tells what lies in a folder", () => {
    assert.equal(isInside("/shop/.venv/bin/python", ["/shop"]), true);
    assert.equal(isInside("/work2/python", ["/shop"]), false);
    assert.equal(isInside("/..work/python", ["/shop"]), false);
  });

  it("sees through links in both directions", { skip: process.platform === "win32" }, () => {
    const workspace = path.join(folder, "workspace");
    const outside = path.join(folder, "outside");
    mkdirSync(workspace);
    mkdirSync(outside);
    for (const each of [workspace, outside]) {
      writeFileSync(path.join(each, "python"), "");
      chmodSync(path.join(each, "python"), 0o755);
    }
    symlinkSync(path.join(workspace, "python"), path.join(outside, "link"));
    symlinkSync(path.join(outside, "python"), path.join(workspace, "link"));

    assert.equal(isInside(path.join(outside, "link"), [workspace]), true);
    assert.equal(isInside(path.join(workspace, "link"), [workspace]), true);
    assert.equal(isInside(path.join(outside, "python"), [workspace]), false);
  });
});
