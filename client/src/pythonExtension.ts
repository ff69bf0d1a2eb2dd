/**
 * Ask the Python environments extension and the Python extension which interpreter the user chose.
 *
 * Both are optional; their shapes are spelled here as far as they are used, and trusted no further.
 */
import * as path from "node:path";
import * as vscode from "vscode";

import type { Selected } from "./candidates";
import { answerWithin } from "./patience";

/** Looking for environments can take minutes on a slow disk; the server does not wait that long. */
const PATIENCE_MS = 5_000;

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
  /** The extension, as the user knows it. */
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

/** Watches the choices made in the Python extensions, where there are any. */
export class PythonExtension implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions = new Map<string, vscode.Disposable>();
  /** What came too late to be waited for, by extension and folder. */
  readonly #late = new Map<string, string | undefined>();
  /** Fires when the user chose another interpreter there. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Return the interpreters chosen for `folder`, the one that counts more first. */
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
    const place = `${id} ${String(folder)}`;
    const answer = this.#chosen(source, folder).then((file) => ({ file }));
    const inTime = await answerWithin(PATIENCE_MS, answer, (late) => {
      // It is late every time, perhaps: what it said is used from then on, and nobody is alarmed again.
      if (late.file !== this.#late.get(place)) {
        this.#late.set(place, late.file);
        this.#changed.fire();
      }
    });
    const found = inTime === undefined ? this.#late.get(place) : inTime.file;
    // Where nothing was chosen, the Python extension names a command instead of a file.
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
      // Another extension's code: whatever it throws, its answer is only one source of several.
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
