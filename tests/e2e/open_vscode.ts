/**
 * Open a folder in the VS Code of the tests, with the packaged extension, and print its address.
 *
 * `node client/out/e2e/open_vscode.js FOLDER [INTERPRETER]`; it runs until it is interrupted.
 */
import { rmSync } from "node:fs";
import * as path from "node:path";

import { workbenchUrl } from "./vscode/browser";
import { startCodeServer } from "./vscode/codeServer";
import { makeScratch, packagedExtension } from "./vscode/places";

async function main(folder: string, interpreter: string | undefined): Promise<void> {
  const scratch = makeScratch();
  const server = await startCodeServer({
    scratch,
    extensions: [packagedExtension()],
    machineSettings: interpreter === undefined ? {} : { "llmentary.interpreter": path.resolve(interpreter) },
  });
  console.log(`Open ${workbenchUrl(server.authority, path.resolve(folder), [])}\nCtrl+C ends it.`);
  const end = () => {
    void server.stop().finally(() => {
      rmSync(scratch, { recursive: true, force: true });
      process.exit(0);
    });
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

const [folder = ".", interpreter] = process.argv.slice(2);
main(folder, interpreter).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
