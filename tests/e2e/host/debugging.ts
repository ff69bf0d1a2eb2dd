/** Debugging the callable: VS Code's debugger is attached to the worker that asks. */
import assert from "node:assert/strict";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { Debugging } from "../../../client/src/debugging";
import type { Server } from "../../../client/src/server";
import { openSuite, startedApi, until } from "./workspace";

export function suite(): void {
  describe("debugging", () => {
    let api: Api;

    before(async () => {
      api = await startedApi();
    });

    it("attaches to the worker, asks, and ends with the worker", async () => {
      const document = await openSuite("debugged.llmtest", "Do you ship to Norway?\n");
      const uri = document.uri.toString();
      const item = await until("the suite is in the tree", () => api.tests.tree.suite(uri));
      await api.tests.showCases([uri]);
      const sessions: vscode.DebugConfiguration[] = [];
      let ended = 0;
      const watching = vscode.Disposable.from(
        vscode.debug.onDidStartDebugSession(({ configuration }) => sessions.push(configuration)),
        vscode.debug.onDidTerminateDebugSession(() => {
          ended += 1;
        }),
      );

      await api.tests.run(new vscode.TestRunRequest([item]), new vscode.CancellationTokenSource().token, true);

      const session = await until("a session has started", () => sessions[0]);
      assert.equal(session.type, "debugpy");
      assert.equal((session["connect"] as { host: string }).host, "127.0.0.1");
      assert.equal([...item.children][0]?.[1].description, "new");
      await until("the session has ended", () => ended === 1);
      watching.dispose();
    });

    it("is offered where there is a debugger", () => {
      assert.equal(api.tests.canDebug(), true);
    });

    it("says what is missing where there is none", () => {
      const debugging = new Debugging(api.server as Server, () => undefined);

      assert.equal(debugging.isPossible(), false);
      debugging.dispose();
    });
  });
}
