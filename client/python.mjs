/** Run a Python script with the first Python >= 3.10 that is found: the project's `.venv`, else one on PATH. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const candidates = [[".venv/bin/python"], [".venv/Scripts/python.exe"], ["python3"], ["python"], ["py", "-3"]];
const isRecent = "import sys; sys.exit(sys.version_info < (3, 10))";

for (const [command, ...flags] of candidates) {
  if (command.includes("/") && !existsSync(command)) continue;
  if (spawnSync(command, [...flags, "-I", "-c", isRecent], { stdio: "ignore" }).status !== 0) continue;
  const done = spawnSync(command, [...flags, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exit(done.status ?? 1);
}
process.stderr.write("No Python 3.10 or newer was found; install one or make `.venv`.\n");
process.exit(1);
