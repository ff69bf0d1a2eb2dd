/** The Python for the callable: choices in the Python extensions take effect at once. */
import assert from "node:assert/strict";
import * as path from "node:path";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { startedApi, until } from "./workspace";

const { LLMENTARY_TEST_EQUIPPED: equipped = "" } = process.env;

export function suite(): void {
  describe("the Python for the callable", () => {
    let api: Api;
    /** The same environment under its other name. */
    let other: string;

    before(async () => {
      api = await startedApi();
      const setting = vscode.workspace.getConfiguration("llmentary").get("interpreter");
      assert.ok(typeof setting === "string");
      other = path.join(path.dirname(setting), "python3");
      await set("");
    });

    after(async () => {
      await set(undefined);
      await until("the setting counts again", () => whyOf(api).startsWith("setting"));
    });

    it("is searched on PATH if none was chosen", async () => {
      await until("it is found", () => whyOf(api) === "found on PATH");
    });

    it("is the one chosen in the Python extension, as soon as it is chosen there", async () => {
      await vscode.commands.executeCommand("fixture.python.choose", other);

      await until("the server goes by it", () => api.server.state === "running" && api.server.status?.interpreter === other);
      assert.equal(whyOf(api), "chosen in the extension Python");
    });

    it("is preferably the one chosen in the Python Environments extension", async () => {
      await vscode.commands.executeCommand("fixture.pythonEnvironments.choose", equipped);

      await until("the server goes by it", () => api.server.state === "running" && api.server.status?.interpreter === equipped);
      assert.equal(whyOf(api), "chosen in the extension Python Environments");
    });

    it("is the next one if the chosen one does not exist", async () => {
      await vscode.commands.executeCommand("fixture.pythonEnvironments.choose", "/no/such/python");

      await until("the server goes by the other choice", () => api.server.status?.interpreter === other);
    });

    it("is searched again when the choices are undone", async () => {
      await vscode.commands.executeCommand("fixture.pythonEnvironments.choose", undefined);
      await vscode.commands.executeCommand("fixture.python.choose", undefined);

      await until("it is found", () => whyOf(api) === "found on PATH");
    });
  });
}

function whyOf({ server }: Api): string {
  const found = server.callableInterpreter;
  return typeof found === "object" ? found.why : "";
}

async function set(value: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration("llmentary").update("interpreter", value, vscode.ConfigurationTarget.Workspace);
}
