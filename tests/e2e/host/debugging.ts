/** Debugging the callable: VS Code's debugger is attached to the worker that runs it. */
import assert from "node:assert/strict";
import * as path from "node:path";
import * as vscode from "vscode";

import type { Api } from "../../../client/src/extension";
import { Debugging } from "../../../client/src/testing/debugging";
import type { Server } from "../../../client/src/server/server";
import { folder, openSuite, startedApi, until } from "./workspace";

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly body?: { readonly threadId?: number };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Set a breakpoint at `text` in a file of the folder. */
async function breakAt(name: string, text: string): Promise<vscode.SourceBreakpoint> {
  const document = await vscode.workspace.openTextDocument(path.join(folder(), name));
  const place = document.positionAt(document.getText().indexOf(text));
  const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(document.uri, place));
  vscode.debug.addBreakpoints([breakpoint]);
  return breakpoint;
}

/** Return the local variables of the topmost frame. */
async function localsOf(session: vscode.DebugSession, threadId: number): Promise<Variable[]> {
  const trace = (await session.customRequest("stackTrace", { threadId })) as { stackFrames: { id: number }[] };
  const frame = { frameId: trace.stackFrames[0]?.id };
  const { scopes } = (await session.customRequest("scopes", frame)) as { scopes: { variablesReference: number }[] };
  const wanted = { variablesReference: scopes[0]?.variablesReference };
  return ((await session.customRequest("variables", wanted)) as { variables: Variable[] }).variables;
}

export function suite(): void {
  describe("debugging", () => {
    let api: Api;

    before(async () => {
      api = await startedApi();
    });

    it("stops at a breakpoint in the callable, shows its variables, and goes on to the verdict", async () => {
      // A user thinks for longer than the question's timeout.
      const document = await openSuite("debugged.llmtest", "@timeout 0.001s\nDo you ship to Norway?\n");
      const uri = document.uri.toString();
      const item = await until("the suite is in the tree", () => api.tests.tree.suite(uri));
      await api.tests.showCases([uri]);
      const breakpoint = await breakAt("bot.py", 'if "Norway" in question');
      const stops: { session: vscode.DebugSession; threadId: number }[] = [];
      let ended = 0;
      const watching = vscode.Disposable.from(
        vscode.debug.registerDebugAdapterTrackerFactory("debugpy", {
          createDebugAdapterTracker: (session) => ({
            onDidSendMessage: ({ type, event, body }: Message) => {
              if (type === "event" && event === "stopped" && body?.threadId !== undefined) {
                stops.push({ session, threadId: body.threadId });
              }
            },
          }),
        }),
        vscode.debug.onDidTerminateDebugSession(() => {
          ended += 1;
        }),
      );

      const run = api.tests.run(new vscode.TestRunRequest([item]), new vscode.CancellationTokenSource().token, true);
      const { session, threadId } = await until("the breakpoint is hit", () => stops[0]);
      const variables = await localsOf(session, threadId);
      await session.customRequest("continue", { threadId });
      await run;
      await until("the session has ended", () => ended === 1);
      vscode.debug.removeBreakpoints([breakpoint]);
      watching.dispose();

      assert.equal(variables.find(({ name }) => name === "question")?.value, "'Do you ship to Norway?'");
      assert.equal([...item.children][0]?.[1].description, "new");
      assert.equal(stops.length, 1);
    });

    it("is offered if a debugger is installed", () => {
      assert.equal(api.tests.canDebug(), true);
    });

    it("says what is missing if none is installed", () => {
      const debugging = new Debugging(api.server as Server, () => undefined);

      assert.equal(debugging.isPossible(), false);
      debugging.dispose();
    });
  });
}
