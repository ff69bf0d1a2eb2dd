/**
 * Colour every sample of docs/file-format.md, and compare with what was looked at and found right.
 *
 * `--update` writes `file-format.snap` again: look at its diff before you commit it.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SPECIFICATION = "docs/file-format.md";
const SNAPSHOT = "tests/grammar/file-format.snap";
const OUT = "client/out/grammar";
/** How the specification shows characters that cannot be seen; a line's end is a line's end to the editor. */
const SHOWN = { "␍": "", "␠": " ", "␉": "\t", "␌": "\f", "␤": "\u2028", "⇤": "" };

const samples = readSamples(readFileSync(SPECIFICATION, "utf8"));
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const { name, text } of samples) {
  writeFileSync(join(OUT, `${name}.llmtest`), text);
}
const tool = join("node_modules", "vscode-tmgrammar-test", "dist", "snapshot.js");
const done = spawnSync(process.execPath, [tool, "--updateSnapshot", `${OUT}/*.llmtest`], { encoding: "utf8" });
if (done.status !== 0) {
  throw new Error(`vscode-tmgrammar-snap failed: ${done.stdout}${done.stderr}`);
}
const coloured = readdirSync(OUT)
  .filter((name) => name.endsWith(".snap"))
  .sort()
  .map((name) => `######## ${name.replace(".llmtest.snap", "")}\n${readFileSync(join(OUT, name), "utf8").trimEnd()}\n`)
  .join("\n");

if (process.argv.includes("--update")) {
  writeFileSync(SNAPSHOT, coloured);
  console.log(`${samples.length} samples written to ${SNAPSHOT}`);
} else {
  const known = readFileSync(SNAPSHOT, "utf8");
  const [now, before] = [coloured, known].map((text) => new Map(text.split(/^(?=######## )/m).map((part) => [part.split("\n", 1)[0], part])));
  const differing = [...new Set([...now.keys(), ...before.keys()])].filter((name) => now.get(name) !== before.get(name));
  for (const name of differing) {
    console.log(`${name}\n\nis coloured like this now:\n\n${now.get(name) ?? "(gone)\n"}`);
  }
  console.log(`${samples.length} samples, ${samples.length - differing.length} passed, ${differing.length} failed`);
  if (differing.length > 0) {
    console.log("Where the new colours are right: npm run test:grammar -- --update");
    process.exitCode = 1;
  }
}

/** Return each box that shows a suite, named after its heading; what looks like a heading inside a box is none. */
function readSamples(markdown) {
  const found = [];
  let heading = "";
  for (const [, title, kind, body] of markdown.matchAll(/^#{2,3} (.*)$|^```(.*)\n([^]*?)^```$/gm)) {
    heading = title ?? heading;
    if (kind?.startsWith("llmtest")) {
      const number = String(found.length + 1).padStart(2, "0");
      const text = body.replace(/[␍␠␉␌␤⇤]/g, (sign) => SHOWN[sign]);
      found.push({ name: `${number}-${heading.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")}`, text });
    }
  }
  return found;
}
