/**
 * Attach VS Code's Python debugger to the worker that runs the callable.
 */
import * as path from "node:path";
import * as vscode from "vscode";

import { DEBUG_READY } from "../protocol";
import type { DebugReadyParams } from "../protocol";
import type { Server } from "../server/server";

const PYTHON_DEBUGGER = "ms-python.debugpy";

export class Debugging implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;

  constructor(
    server: Server,
    private readonly findDebugger: () => unknown = () => vscode.extensions.getExtension(PYTHON_DEBUGGER),
  ) {
    this.#subscription = server.on(DEBUG_READY, (ready) => {
      void this.#attach(ready);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The folder of the debugger's own `debugpy`, for environments that have none. */
  get folder(): string | undefined {
    const extension = vscode.extensions.getExtension(PYTHON_DEBUGGER);
    return extension && path.join(extension.extensionPath, "bundled", "libs");
  }

  /** Return whether a debugger is installed; if not, tell the user and offer to find it. */
  isPossible(): boolean {
    if (this.findDebugger() !== undefined) {
      return true;
    }
    const message = `Debugging the callable needs the extension Python Debugger (${PYTHON_DEBUGGER}), which is not installed.`;
    void vscode.window.showErrorMessage(message, "Find the Extension").then(async (choice) => {
      if (choice !== undefined) {
        await vscode.commands.executeCommand("workbench.extensions.search", PYTHON_DEBUGGER);
      }
    });
    return false;
  }

  async #attach({ host, port, root }: DebugReadyParams): Promise<void> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root)) ?? vscode.workspace.workspaceFolders?.[0];
    const isAttached = await vscode.debug.startDebugging(folder, {
      type: "debugpy",
      request: "attach",
      name: "llmentary: the callable",
      connect: { host, port },
      justMyCode: true,
    });
    if (!isAttached) {
      void vscode.window.showErrorMessage("The Python debugger could not be attached to the worker; the question is asked without it.");
    }
  }
}
