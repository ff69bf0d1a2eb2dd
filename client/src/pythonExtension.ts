/**
 * Ask the Python environments extension, else the Python extension, which interpreter the user chose.
 *
 * Both are optional; their shapes are spelled here as far as they are used, and trusted no further.
 */
import * as vscode from "vscode";

const ENVIRONMENTS_EXTENSION = "ms-python.vscode-python-envs";
const PYTHON_EXTENSION = "ms-python.python";

interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  onDidChangeEnvironment?: vscode.Event<unknown>;
}

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable?: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

/** Watches the choice made in the Python extension, where there is one. */
export class PythonExtension implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions = new Map<string, vscode.Disposable>();
  /** Fires when the user chose another interpreter there. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /** Return the path of the interpreter chosen for `folder`; undefined where nobody knows one. */
  async selected(folder: vscode.Uri | undefined): Promise<string | undefined> {
    return (await this.#fromEnvironments(folder)) ?? (await this.#fromPython(folder));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.values()) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  async #fromEnvironments(folder: vscode.Uri | undefined): Promise<string | undefined> {
    const api = await this.#activate<EnvironmentsApi>(ENVIRONMENTS_EXTENSION);
    if (api === undefined) {
      return undefined;
    }
    this.#follow(ENVIRONMENTS_EXTENSION, api.onDidChangeEnvironment);
    return this.#guard(ENVIRONMENTS_EXTENSION, async () => (await api.getEnvironment(folder))?.execInfo?.run?.executable);
  }

  async #fromPython(folder: vscode.Uri | undefined): Promise<string | undefined> {
    const environments = (await this.#activate<PythonApi>(PYTHON_EXTENSION))?.environments;
    if (environments === undefined) {
      return undefined;
    }
    this.#follow(PYTHON_EXTENSION, environments.onDidChangeActiveEnvironmentPath);
    return this.#guard(PYTHON_EXTENSION, async () => {
      const active = environments.getActiveEnvironmentPath(folder);
      return (await environments.resolveEnvironment(active))?.executable?.uri?.fsPath;
    });
  }

  async #activate<Api>(id: string): Promise<Api | undefined> {
    const extension = vscode.extensions.getExtension<Api | undefined>(id);
    return extension === undefined ? undefined : this.#guard(id, async () => extension.activate());
  }

  #follow(id: string, event: vscode.Event<unknown> | undefined): void {
    if (event !== undefined && !this.#subscriptions.has(id)) {
      this.#subscriptions.set(
        id,
        event(() => {
          this.#changed.fire();
        }),
      );
    }
  }

  async #guard<Result>(id: string, ask: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await ask();
    } catch (error) {
      // Another extension's code: whatever it throws, its answer is only one source of several.
      this.log.warn(`${id} did not say which Python is chosen: ${String(error)}`);
      return undefined;
    }
  }
}
