/**
 * Bundle the extension into `dist/`, or test programs into `client/out/`.
 *
 * `--debug` and `--watch` keep names unminified and add a source map, so that breakpoints work.
 */
import { readdirSync } from "node:fs";
import * as esbuild from "esbuild";

const isForDebugging = ["--debug", "--watch"].some((flag) => process.argv.includes(flag));

const shared = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  logLevel: "warning",
};

const extension = {
  ...shared,
  entryPoints: ["client/src/extension.ts"],
  outfile: "dist/extension.js",
  external: ["vscode"],
  minify: !isForDebugging,
  sourcemap: isForDebugging,
};

function testsIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`);
}

const unitTests = { ...shared, entryPoints: testsIn("tests/client"), outdir: "client/out/unit", entryNames: "[name]", sourcemap: "inline" };

const e2eTests = [
  {
    ...shared,
    entryPoints: ["tests/e2e/host/index.ts"],
    outfile: "client/out/e2e/host.js",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
  },
  {
    ...shared,
    entryPoints: ["tests/e2e/run_host.ts", "tests/e2e/run_journeys.ts", "tests/e2e/open_vscode.ts"],
    outdir: "client/out/e2e",
    external: ["playwright-core"],
    sourcemap: "inline",
  },
];

const kinds = { "--unit-tests": [unitTests], "--e2e-tests": e2eTests };

if (process.argv.includes("--watch")) {
  await (await esbuild.context({ ...extension, logLevel: "info" })).watch();
} else {
  const wanted = kinds[process.argv[2]] ?? [extension];
  await Promise.all(wanted.map((each) => esbuild.build(each)));
}
