/**
 * Run the tests of this folder inside the extension host, and write each outcome to a file at once.
 */
import { appendFileSync } from "node:fs";
import Mocha from "mocha";
import * as vscode from "vscode";

import { suite as approving } from "./approving";
import { suite as debugging } from "./debugging";
import { suite as folders } from "./folders";
import { suite as inbox } from "./inbox";
import { suite as interpreters } from "./interpreters";
import { suite as language } from "./language";
import { suite as menus } from "./menus";
import { suite as serving } from "./serving";
import { suite as problems } from "./problems";
import { suite as renaming } from "./renaming";
import { suite as reviewing } from "./reviewing";
import { suite as testing } from "./testing";

/** One line of the results' file. */
export interface Outcome {
  readonly title: string;
  readonly error?: string;
  readonly milliseconds: number;
}

const IN_FOLDER = [language, serving, approving, problems, testing, reviewing, menus, renaming, inbox, debugging, interpreters];
const IN_FOLDERS = [folders];

export function run(): Promise<void> {
  const results = process.env["LLMENTARY_TEST_RESULTS"];
  if (results === undefined) {
    throw new Error("LLMENTARY_TEST_RESULTS names no file");
  }
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "min", forbidOnly: true });
  mocha.fgrep(process.env["LLMENTARY_TEST_CHOICE"] ?? "");
  for (const define of (vscode.workspace.workspaceFolders ?? []).length > 1 ? IN_FOLDERS : IN_FOLDER) {
    mocha.suite.emit("pre-require", globalThis, null, mocha);
    define();
  }
  return new Promise((resolve, reject) => {
    let failures = 0;
    const note = (test: Mocha.Test, error?: Error) => {
      failures += error === undefined ? 0 : 1;
      const outcome: Outcome = {
        title: test.fullTitle(),
        milliseconds: test.duration ?? 0,
        ...(error === undefined ? {} : { error: error.stack ?? error.message }),
      };
      appendFileSync(results, `${JSON.stringify(outcome)}\n`);
    };
    mocha
      .run((failed) => {
        if (failed > 0 || failures > 0) {
          reject(new Error(`${failed} failed`));
        } else {
          resolve();
        }
      })
      .on("pass", note)
      .on("fail", note);
  });
}
