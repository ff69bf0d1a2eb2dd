/**
 * Run the journeys one after another, with a screenshot of each failure.
 *
 * Words after the command select journeys by name. `--docs` writes the screenshots of the documentation again.
 */
import { mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";

import { firstRun } from "./journeys/firstRun";
import type { Journey } from "./journeys/journey";
import { pinning } from "./journeys/pinning";
import { recovery } from "./journeys/recovery";
import { regression } from "./journeys/regression";
import { review } from "./journeys/review";
import { testExplorer } from "./journeys/testExplorer";
import { trust } from "./journeys/trust";
import { launchBrowser } from "./vscode/browser";
import { startCodeServer } from "./vscode/codeServer";
import type { CodeServer } from "./vscode/codeServer";
import { filesWith } from "./vscode/leaks";
import { SCREENSHOTS, bareInterpreter, makeScratch, packagedExtension } from "./vscode/places";
import { Report } from "./vscode/report";

const JOURNEYS = { firstRun, regression, review, testExplorer, pinning, recovery, trust };
/** Words that only the bot's answers contain: its source spells them backwards. */
const SECRETS = ["Hazelmoor"];

async function main(chosen: readonly string[]): Promise<number> {
  const report = new Report();
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  const all = Object.entries<Journey>(JOURNEYS).filter(([name]) => chosen.length === 0 || chosen.includes(name));
  // One VS Code serves many journeys: starting it takes longer than most of them.
  for (const hasWorkspaceTrust of [false, true]) {
    const journeys = all.filter(([, journey]) => (journey.hasWorkspaceTrust ?? false) === hasWorkspaceTrust);
    if (journeys.length > 0) {
      await walkAll(journeys, hasWorkspaceTrust, report);
    }
  }
  return report.close();
}

async function walkAll(journeys: readonly [string, Journey][], hasWorkspaceTrust: boolean, report: Report): Promise<void> {
  const scratch = makeScratch();
  const machineSettings: Record<string, unknown> = hasWorkspaceTrust ? {} : { "llmentary.interpreter": bareInterpreter() };
  let server: CodeServer | undefined;
  try {
    server = await startCodeServer({ scratch, extensions: [packagedExtension()], machineSettings, hasWorkspaceTrust });
    for (const [name, journey] of journeys) {
      await walk(name, journey, server, path.join(scratch, "journeys", name), report);
    }
  } finally {
    await server?.stop();
    const leaks = filesWith(SECRETS, [scratch]);
    report.add("no answer was written to disk", 0, leaks.length > 0 ? `found in ${leaks.join(", ")}` : undefined);
    if (process.env["KEEP_SCRATCH"] === undefined) {
      rmSync(scratch, { recursive: true, force: true });
    } else {
      console.log(`kept ${scratch}`);
    }
  }
}

async function walk(name: string, journey: Journey, server: CodeServer, scratch: string, report: Report): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  const browser = await launchBrowser();
  const started = Date.now();
  try {
    await journey.walk({ browser, server, scratch });
    report.add(journey.title, Date.now() - started);
  } catch (error) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    await pages[0]?.screenshot({ path: `${SCREENSHOTS}/failed-${name}.png` }).catch(() => undefined);
    report.add(journey.title, Date.now() - started, error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await browser.close();
  }
}

main(process.argv.slice(2).filter((word) => !word.startsWith("--"))).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
