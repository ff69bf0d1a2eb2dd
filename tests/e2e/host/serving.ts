/** The server: it runs, uses the right Python, and recovers. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as vscode from "vscode";

import { lens, openSuite, startedApi, until } from "./workspace";

/** Return the process that the extension host has started as a server. */
function serverProcess(started = "launch.py"): number | undefined {
  const { stdout } = spawnSync("pgrep", ["-P", String(process.pid), "-f", started], { encoding: "utf8" });
  return stdout.trim() === "" ? undefined : Number(stdout.trim().split("\n")[0]);
}

export function suite(): void {
  describe("the server", () => {
    it("starts with the extension", async () => {
      const { server } = await startedApi();

      assert.equal(server.state, "running");
    });

    it("runs the callable with the Python of the setting", async () => {
      const { server } = await startedApi();

      const setting = vscode.workspace.getConfiguration("llmentary").get("interpreter");
      assert.ok(typeof server.callableInterpreter === "object", "there is a Python");
      assert.equal(server.callableInterpreter.why, "setting `llmentary.interpreter`");
      assert.equal(server.callableInterpreter.path, setting);
    });

    it("reports its status", async () => {
      const { server } = await startedApi();

      const status = await until("there is a status", () => server.status);

      assert.equal(status.trusted, true);
      assert.equal(status.callable, "bot:ask");
    });

    it("has its commands registered once, next to those of the palette", async () => {
      await startedApi();

      const ours = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith("llmentary."));

      const expected = ["runCases", "approveCases", "runAll", "runFile", "runCaseAtCursor", "approveNewInFile"];
      for (const name of expected) {
        assert.equal(ours.filter((id) => id === `llmentary.${name}`).length, 1, name);
      }
    });

    it("comes back after a restart, with the same commands", async () => {
      const { server } = await startedApi();
      const document = await openSuite("restart.llmtest", "Do you ship to Norway?\n");

      await vscode.commands.executeCommand("llmentary.restartServer");

      assert.equal(server.state, "running");
      await lens(document, "Run regression");
    });

    it("is restarted when its process dies", async () => {
      const { server } = await startedApi();
      const document = await openSuite("crash.llmtest", "Do you ship to Norway?\n");
      await lens(document, "Run regression");
      const states: string[] = [];
      const watching = server.onDidChange(() => states.push(server.state));
      const pid = serverProcess();
      assert.ok(pid, "the server is a child of the extension host");

      process.kill(pid, "SIGKILL");

      await until("another server runs", () => server.state === "running" && ![pid, undefined].includes(serverProcess()));
      await lens(document, "Run regression");
      watching.dispose();
      assert.ok(states.some((state) => state !== "running"), "the end was noticed");
    });

    it("is the installed one if that has the extension's version", async () => {
      const { server } = await startedApi();
      const settings = vscode.workspace.getConfiguration("llmentary");

      await settings.update("interpreter", process.env["LLMENTARY_TEST_EQUIPPED"], vscode.ConfigurationTarget.Workspace);
      await until("the installed server runs", () => serverProcess("llmentary_regression.lsp.main"));
      await until("it is ready", () => server.state === "running");
      await settings.update("importStrategy", "useBundled", vscode.ConfigurationTarget.Workspace);
      await until("the bundled server runs", () => serverProcess("launch.py"));

      await settings.update("interpreter", undefined, vscode.ConfigurationTarget.Workspace);
      await settings.update("importStrategy", undefined, vscode.ConfigurationTarget.Workspace);
      await until("the first Python is back", () => server.ownInterpreter?.path.includes("bare-venv"));
      await until("the server runs", () => server.state === "running");
    });
  });
}
