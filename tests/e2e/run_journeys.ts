/**
 * Walk the journeys one after the other, and keep a screenshot of where one failed.
 *
 * Words after the command choose journeys by name.
 */
import { rmSync } from "node:fs";

import { regression } from "./journeys/regression";
import { trust } from "./journeys/trust";
import { launchBrowser } from "./vscode/browser";
import { SCREENSHOTS, bareInterpreter, makeScratch, packagedExtension } from "./vscode/places";
import { Report } from "./vscode/report";

const JOURNEYS = { regression, trust };

async function main(chosen: readonly string[]): Promise<number> {
  const report = new Report();
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  const shared = { extension: packagedExtension(), interpreter: bareInterpreter() };
  for (const [name, journey] of Object.entries(JOURNEYS)) {
    if (chosen.length > 0 && !chosen.includes(name)) {
      continue;
    }
    const scratch = makeScratch();
    const browser = await launchBrowser();
    const started = Date.now();
    try {
      await journey.walk({ browser, scratch, ...shared });
      report.add(journey.title, Date.now() - started);
    } catch (error) {
      const pages = browser.contexts().flatMap((context) => context.pages());
      await pages[0]?.screenshot({ path: `${SCREENSHOTS}/failed-${name}.png` }).catch(() => undefined);
      report.add(journey.title, Date.now() - started, error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      await browser.close();
      if (process.env["KEEP_SCRATCH"] === undefined) {
        rmSync(scratch, { recursive: true, force: true });
      } else {
        console.log(`kept ${scratch}`);
      }
    }
  }
  return report.close();
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
