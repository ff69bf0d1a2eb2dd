/** Renaming: approvals follow, although VS Code saves the renamed files at once. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

import { click, folder, lens, openSuite, startedApi, until } from "./workspace";

export function suite(): void {
  describe("renaming", () => {
    it("a parameter is renamed in its file of rows as well, and the case still passes", async () => {
      await startedApi();
      const rows = path.join(folder(), "countries.csv");
      writeFileSync(rows, '"code","country"\r\nno,Norway\r\n');
      const document = await openSuite("renamed.llmtest", "=== ship\n@params countries.csv\n\nDo you ship to {{country}}?\n");
      await click(await lens(document, "Run regression"));
      await click(await lens(document, "Approve"));
      await lens(document, "passed");

      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        document.uri,
        new vscode.Position(3, 20),
        "land",
      );
      await vscode.workspace.applyEdit(edit, { isRefactoring: true });
      await vscode.workspace.saveAll();

      await until("the rows are written", () => readFileSync(rows, "utf8") === '"code","land"\r\nno,Norway\r\n');
      assert.equal(document.lineAt(3).text, "Do you ship to {{land}}?");
      const kept = path.join(folder(), ".llmentary", "baselines", "renamed.llmtest");
      await until("the baseline has followed", () => readdirSync(kept).some((name) => readFileSync(path.join(kept, name), "utf8").includes('"land": "Norway"')));
      await lens(document, "passed");
    });
  });
}
