/** A workspace of several folders: each has its own project, and the Python of its own settings. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { click, diagnosticsLike, lens, startedApi, until } from "./workspace";

/** Open a new suite in one of the folders. */
async function openIn(name: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.find((each) => each.name === name);
  assert.ok(folder, `there is a folder ${name}`);
  const file = path.join(folder.uri.fsPath, "norway.llmtest");
  writeFileSync(file, "Do you ship to Norway?\n");
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

export function suite(): void {
  describe("several folders", () => {
    let api: Api;

    before(async () => {
      api = await startedApi();
    });

    for (const [name, python] of [
      ["first", "python3"],
      ["second", "python"],
    ] as const) {
      it(`take the Python of the ${name} folder's settings for its questions`, async () => {
        const document = await openIn(name);

        await click(await lens(document, "Run regression"));

        await diagnosticsLike(document, [vscode.DiagnosticSeverity.Information]);
        const status = await until("its project is told of", () => api.server.status?.root.endsWith(name) && api.server.status);
        assert.equal(path.basename(status.interpreter ?? ""), python);
        const found = api.server.callableInterpreter;
        assert.equal(typeof found === "object" ? path.basename(found.path) : found, python);
      });
    }

    it("follow a choice made for one of them", async () => {
      const document = await openIn("second");
      const settings = vscode.workspace.getConfiguration("llmentary", document.uri);

      await settings.update("interpreter", process.env["LLMENTARY_TEST_EQUIPPED"], vscode.ConfigurationTarget.WorkspaceFolder);

      await until("the server goes by it", () => api.server.status?.interpreter === process.env["LLMENTARY_TEST_EQUIPPED"]);
      await openIn("first");
      await until("the other folder keeps its own", () => api.server.status?.interpreter?.endsWith("python3"));
    });
  });
}
