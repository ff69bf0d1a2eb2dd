/**
 * Run the extension-host tests, print them one by one, and search all written files for answers.
 *
 * Words after the command select tests by their full names.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import type { Outcome } from "./host/index";
import { runExtensionTests } from "./vscode/extensionTests";
import { filesWith } from "./vscode/leaks";
import { REPOSITORY, bareInterpreter, copyFixture, equippedInterpreter, makeScratch, packagedDebugger, packagedFixture } from "./vscode/places";
import { Report } from "./vscode/report";

/** Words that only the bot's answers contain: its source spells them backwards. */
const SECRETS = ["Hazelmoor"];

async function main(): Promise<number> {
  const scratch = makeScratch();
  const places = [copyFixture("shop", scratch), makeWorkspace(scratch)];
  const results = path.join(scratch, "results.jsonl");
  writeFileSync(results, "");
  const report = new Report();
  let shown = 0;
  const showNew = () => {
    const outcomes = readOutcomes(results);
    for (const { title, milliseconds, error } of outcomes.slice(shown)) {
      report.add(title, milliseconds, error);
    }
    shown = outcomes.length;
  };
  const showing = setInterval(showNew, 300);
  try {
    const ended = await runExtensionTests({
      scratch,
      places,
      extensionDevelopmentPath: REPOSITORY,
      others: [packagedDebugger(scratch), packagedFixture("python", scratch), packagedFixture("python-environments", scratch)],
      extensionTestsPath: path.join(REPOSITORY, "client", "out", "e2e", "host.js"),
      machineSettings: { "llmentary.interpreter": bareInterpreter() },
      environment: {
        LLMENTARY_TEST_RESULTS: results,
        LLMENTARY_TEST_EQUIPPED: equippedInterpreter(),
        LLMENTARY_TEST_CHOICE: process.argv.slice(2).join(" "),
      },
      timeoutMs: 240_000,
    }).then(
      ({ code }) => `the extension host ended with exit code ${code}`,
      (error: unknown) => String(error),
    );
    clearInterval(showing);
    showNew();
    const isComplete = report.total > 0 && ended.endsWith(report.failed > 0 ? "1" : "0");
    report.add("the extension host ended well", 0, isComplete || report.failed > 0 ? undefined : ended);
    // The results quote an answer if a test about it failed.
    const leaks = filesWith(SECRETS, [scratch]).filter((file) => file !== results);
    report.add("no answer was written to disk", 0, leaks.length > 0 ? `found in ${leaks.join(", ")}` : undefined);
    return report.close();
  } finally {
    clearInterval(showing);
    if (process.env["KEEP_SCRATCH"] === undefined) {
      rmSync(scratch, { recursive: true, force: true });
    } else {
      console.log(`kept ${scratch}`);
    }
  }
}

/** Create a workspace of two shops; the first has another Python in its settings. */
function makeWorkspace(scratch: string): string {
  const parent = path.join(scratch, "shops");
  const first = copyFixture("shop", parent, "first");
  copyFixture("shop", parent, "second");
  mkdirSync(path.join(first, ".vscode"));
  const settings = { "llmentary.interpreter": path.join(path.dirname(bareInterpreter()), "python3") };
  writeFileSync(path.join(first, ".vscode", "settings.json"), JSON.stringify(settings));
  const file = path.join(parent, "shops.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: [{ path: "first" }, { path: "second" }] }));
  return file;
}

function readOutcomes(file: string): Outcome[] {
  if (!existsSync(file)) {
    return [];
  }
  // The text after the last line end is still being written.
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Outcome);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
