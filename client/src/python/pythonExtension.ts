/**
 * Ask the Python Environments extension and the Python extension which interpreter the user chose.
 *
 * Both are optional. The parts of their APIs that are used are declared here, and nothing else is assumed.
 */
import * as path from "node:path";
import * as vscode from "vscode";

import type { Selected } from "./pythonCandidates";
import { answerWithin } from "./answerWithin";

/** Searching environments can take minutes on a slow disk; the server does not wait that long. */
const TIMEOUT_MS = 5_000;

/** As `@vscode/python-environments` describes it. */
interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** As `@vscode/python-extension` describes it. */
interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

interface Source<Api> {
  readonly id: string;
  /** The extension's name, as the user knows it. */
  readonly where: string;
  readonly changeOf: (api: Api) => vscode.Event<unknown> | undefined;
  readonly chosen: (api: Api, folder: vscode.Uri | undefined) => Promise<string | undefined>;
}

const ENVIRONMENTS: Source<EnvironmentsApi> = {
  id: "ms-python.vscode-python-envs",
  where: "Python Environments",
  changeOf: (api) => api.onDidChangeEnvironment,
  chosen: async (api, folder) => (await api.getEnvironment(folder))?.execInfo?.run?.executable,
};

const PYTHON: Source<PythonApi> = {
  id: "ms-python.python",
  where: "Python",
  changeOf: ({ environments }) => environments?.onDidChangeActiveEnvironmentPath,
  chosen: async ({ environments }, folder) => {
    if (environments === undefined) {
      return undefined;
    }
    const active = environments.getActiveEnvironmentPath(folder);
    return (await environments.resolveEnvironment(active))?.executable?.uri?.fsPath ?? active.path;
  },
};

/** Watches the choices made in the Python extensions, if they are installed. */
export class PythonExtension implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions = new Map<string, vscode.Disposable>();
  /** Answers that arrived after the timeout, by extension and folder. */
  readonly #late = new Map<string, string | undefined>();
  /** Fires when the user chose another interpreter there. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Return the interpreters chosen for `folder`, by priority. */
  async selected(folder: vscode.Uri | undefined): Promise<Selected[]> {
    const found = await Promise.all([this.#ask(ENVIRONMENTS, folder), this.#ask(PYTHON, folder)]);
    return found.flat();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.values()) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  async #ask<Api>(source: Source<Api>, folder: vscode.Uri | undefined): Promise<Selected[]> {
    const { id, where } = source;
    if (vscode.extensions.getExtension(id) === undefined) {
      return [];
    }
    const key = `${id} ${String(folder)}`;
    const answer = this.#chosen(source, folder).then((file) => ({ file }));
    const inTime = await answerWithin(TIMEOUT_MS, answer, (late) => {
      // It may be late every time: its answer is used from now on, and the change is announced once.
      if (late.file !== this.#late.get(key)) {
        this.#late.set(key, late.file);
        this.#changed.fire();
      }
    });
    const found = inTime === undefined ? this.#late.get(key) : inTime.file;
    // If nothing was chosen, the Python extension names a command instead of a file.
    return found !== undefined && path.isAbsolute(found) ? [{ path: found, where }] : [];
  }

  async #chosen<Api>({ id, changeOf, chosen }: Source<Api>, folder: vscode.Uri | undefined): Promise<string | undefined> {
    try {
      const api = await vscode.extensions.getExtension<Api | undefined>(id)?.activate();
      if (api === undefined) {
        return undefined;
      }
      this.#follow(id, changeOf(api));
      return await chosen(api, folder);
    } catch (error) {
      // Another extension's code: whatever it throws, it is only one of several sources.
      this.log.warn(`${id} did not say which Python is chosen: ${String(error)}`);
      return undefined;
    }
  }

  #follow(id: string, event: vscode.Event<unknown> | undefined): void {
    if (event !== undefined && !this.#subscriptions.has(id)) {
      const fire = () => {
        this.#late.clear();
        this.#changed.fire();
      };
      this.#subscriptions.set(id, event(fire));
    }
  }
}
