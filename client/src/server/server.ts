/**
 * Start the language server with a suitable Python, and keep it running.
 */
import * as path from "node:path";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

import { cleanEnvironment } from "../python/pythonCandidates";
import { firstFolder, folderInView, sectionOf } from "./folders";
import { CALLABLE_MINIMUM, SERVER_MINIMUM, explainSearch, pythonToUse } from "../python/interpreter";
import type { FoundInterpreter } from "../python/interpreter";
import { APPROVED, CAPTURES, CASES_CHANGED, DEBUG_READY, RESULTS, RUN_STATE, STATUS } from "../protocol";
import type {
  ApprovedParams,
  CapturesParams,
  CasesChangedParams,
  DebugReadyParams,
  InitializationOptions,
  ResultsParams,
  RunStateParams,
  StatusParams,
} from "../protocol";
import type { PythonExtension } from "../python/pythonExtension";
import { callableOf, installedVersion, isSameChoice, searchPythons } from "../python/pythonSearch";
import type { Pythons } from "../python/pythonSearch";
import { logLines } from "./serverLog";
import { readClientSettings, readServerSettings } from "./settings";
import { nearestStatus } from "../status/statusText";
import { withoutContents } from "./traceChannel";
import { isAllowedToRun } from "./trust";

/** The notifications of the server, besides its status. */
interface Notifications {
  [RESULTS]: ResultsParams;
  [RUN_STATE]: RunStateParams;
  [CASES_CHANGED]: CasesChangedParams;
  [APPROVED]: ApprovedParams;
  [DEBUG_READY]: DebugReadyParams;
  [CAPTURES]: CapturesParams;
}
const NOTIFICATIONS = [RESULTS, RUN_STATE, CASES_CHANGED, APPROVED, DEBUG_READY, CAPTURES] as const;

export type ServerState = "stopped" | "starting" | "running" | "failed";

/** The running server, its interpreter, and its latest status. */
export class Server implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when anything that the status shows has changed. */
  readonly onDidChange = this.#changed.event;
  readonly #started = new vscode.EventEmitter<void>();
  /** Fires whenever a new server runs: the first one, and each that replaces another. */
  readonly onDidStart = this.#started.event;
  readonly #emitters = new Map(NOTIFICATIONS.map((method) => [method as string, new vscode.EventEmitter<unknown>()]));

  #state: ServerState = "stopped";
  #client: LanguageClient | undefined;
  readonly #statuses = new Map<string, StatusParams>();
  #pythons: Pythons | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly python: PythonExtension,
  ) {}

  get state(): ServerState {
    return this.#state;
  }

  /** The client while the server runs, else undefined. */
  get client(): LanguageClient | undefined {
    return this.#state === "running" ? this.#client : undefined;
  }

  /** The latest status of the project that the user is looking at. */
  get status(): StatusParams | undefined {
    const file = vscode.window.activeTextEditor?.document.uri ?? folderInView();
    return nearestStatus([...this.#statuses.values()], file?.fsPath);
  }

  /** The Python that runs the server. */
  get ownInterpreter(): FoundInterpreter | undefined {
    return this.#pythons?.server.found;
  }

  /**
   * The Python that runs the callable of the folder that the user is looking at, or a sentence on why there is none;
   * undefined before the first search.
   */
  get callableInterpreter(): FoundInterpreter | string | undefined {
    const search = callableOf(this.#pythons, folderInView());
    return search?.found ?? (search && explainSearch(search.tried, CALLABLE_MINIMUM));
  }

  /** Listen to a notification of the current server and of all later ones. */
  on<Method extends keyof Notifications>(method: Method, listen: (params: Notifications[Method]) => void): vscode.Disposable {
    const event = this.#emitters.get(method)?.event as vscode.Event<Notifications[Method]> | undefined;
    return event?.(listen) ?? new vscode.Disposable(() => undefined);
  }

  /** Send a request to the server; undefined while none runs. */
  async ask<Answer>(method: string, params?: unknown, cancellation?: vscode.CancellationToken): Promise<Answer | undefined> {
    // Everything after the method is sent, even an `undefined`.
    return cancellation === undefined
      ? this.client?.sendRequest<Answer>(method, params ?? {})
      : this.client?.sendRequest<Answer>(method, params ?? {}, cancellation);
  }

  start(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#launch(await this.#searchPythons());
    });
  }

  /** Wait until pending starts and stops have ended, successfully or not. */
  settled(): Promise<void> {
    return this.#queue;
  }

  restart(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#stop();
      await this.#launch(await this.#searchPythons());
    });
  }

  /** Restart if another Python would be chosen now; a new folder needs no restart. */
  followInterpreter(): Promise<void> {
    return this.#enqueue(async () => {
      const pythons = await this.#searchPythons();
      if (this.#state !== "running" || !isSameChoice(pythons, this.#pythons)) {
        await this.#stop();
        await this.#launch(pythons);
      } else {
        this.#pythons = pythons;
        this.#changed.fire();
        await this.sendSettings();
      }
    });
  }

  /** Send the changed settings to the server; if there are several folders, it asks for those of each. */
  async sendSettings(): Promise<void> {
    const settings = { llmentary: readServerSettings(sectionOf(firstFolder())) };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#stop());
  }

  dispose(): void {
    this.#changed.dispose();
    this.#started.dispose();
    for (const emitter of this.#emitters.values()) {
      emitter.dispose();
    }
  }

  /** Starts and stops run one after the other: two at once would leave a server behind. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step).catch((error: unknown) => {
      this.#setState("failed");
      this.log.error(`The server could not be started: ${String(error)}`);
    });
    return this.#queue;
  }

  #setState(state: ServerState): void {
    const isNew = state === "running" && this.#state !== "running";
    this.#state = state;
    this.#changed.fire();
    if (isNew) {
      this.#started.fire();
    }
  }

  async #searchPythons(): Promise<Pythons> {
    await vscode.workspace.fs.createDirectory(this.context.globalStorageUri);
    const settingOf = (folder: vscode.Uri | undefined) => readClientSettings(sectionOf(folder)).interpreter;
    return searchPythons(settingOf, this.python, this.#workingFolder);
  }

  async #launch(pythons: Pythons): Promise<void> {
    this.#pythons = pythons;
    const { server } = pythons;
    const callables = [...pythons.callables.values()];
    for (const { what, why, outcome } of [server, ...callables].flatMap(({ tried }) => tried)) {
      this.log.info(`Skipped ${what} (${why}): ${outcome}`);
    }
    const without = callables.filter(({ found }) => found === undefined);
    for (const message of new Set(without.map(({ tried }) => explainSearch(tried, CALLABLE_MINIMUM)))) {
      this.#showError(message);
    }
    if (server.found === undefined) {
      this.#setState("failed");
      this.#showError(explainSearch(server.tried, SERVER_MINIMUM));
      return;
    }

    this.#setState("starting");
    const started = await this.#serverOptions(server.found, callableOf(pythons, firstFolder())?.found);
    const client = new LanguageClient("llmentary", "llmentary", started, this.#clientOptions());
    client.onDidChangeState(({ newState }) => {
      if (client === this.#client) {
        this.#setState(newState === State.Running ? "running" : newState === State.Starting ? "starting" : "stopped");
      }
    });
    client.onNotification(STATUS, (status: StatusParams) => {
      this.#statuses.set(status.root, status);
      this.#changed.fire();
    });
    for (const [method, emitter] of this.#emitters) {
      client.onNotification(method, (params: unknown) => {
        emitter.fire(params);
      });
    }
    this.#client = client;
    await client.start();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#statuses.clear();
    if (client !== undefined) {
      try {
        await client.dispose(5000);
      } catch (error) {
        // A server that is gone already, or never started, cannot shut down properly.
        this.log.warn(`The server did not shut down properly: ${String(error)}`);
      }
    }
    this.#setState("stopped");
  }

  async #serverOptions(own: FoundInterpreter, callable: FoundInterpreter | undefined): Promise<ServerOptions> {
    const options = { cwd: this.#workingFolder, env: cleanEnvironment(process.env) };
    const installed = callable ?? own;
    const version = String((this.context.extension.packageJSON as { version: unknown }).version);
    if (
      vscode.workspace.isTrusted &&
      readClientSettings(sectionOf(firstFolder())).importStrategy === "fromEnvironment" &&
      (await installedVersion(installed.path, options)) === version
    ) {
      this.log.info(`Server: llmentary ${version} as installed for ${installed.path}`);
      const program = ["-m", "llmentary_regression.lsp.main", "--stdio"];
      return { command: installed.path, args: ["-I", ...this.#debuggerArguments(), ...program], options };
    }
    this.log.info(`Server: the bundled llmentary ${version}, run by ${own.path} (${own.why})`);
    const launcher = this.context.asAbsolutePath(path.join("dist", "server", "launch.py"));
    return { command: own.path, args: ["-I", launcher, "--stdio"], options };
  }

  /** Return the arguments that connect the server to a waiting debugger, in a window that F5 opened to debug both. */
  #debuggerArguments(): string[] {
    const address = process.env["LLMENTARY_DEBUG_SERVER"];
    if (this.context.extensionMode !== vscode.ExtensionMode.Development || address === undefined) {
      return [];
    }
    this.log.info(`Server: connecting to its debugger at ${address}`);
    return ["-m", "debugpy", "--configure-subProcess", "false", "--connect", address];
  }

  #clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file", language: "llmtest" }],
      outputChannel: this.log,
      traceOutputChannel: withoutContents(this.log),
      stdioOptions: { stdout: () => undefined, stderr: (stream) => { logLines(stream, this.log); } },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // A function, since the client calls it again when it restarts a server that crashed.
      initializationOptions: (): InitializationOptions => {
        const { interpreter, ...settings } = this.#settingsOf(firstFolder());
        return {
          trusted: vscode.workspace.isTrusted,
          messages: true,
          canPin: true,
          canDiff: true,
          canCapture: true,
          ...(interpreter === undefined ? {} : { interpreter }),
          settings,
        };
      },
      middleware: {
        // Each of the server's commands asks questions or saves answers.
        executeCommand: (command, args: unknown[], next): unknown => (isAllowedToRun() ? next(command, args) : undefined),
        workspace: {
          configuration: ({ items }) =>
            items.map(({ section, scopeUri }) =>
              section === "llmentary" ? this.#settingsOf(scopeUri === undefined ? firstFolder() : vscode.Uri.parse(scopeUri)) : null,
            ),
        },
      },
    };
  }

  /** A folder of the extension: modules next to a suite must not be imported by accident. */
  get #workingFolder(): string {
    return this.context.globalStorageUri.fsPath;
  }

  /** The settings of a folder, with the Python that was found for it. */
  #settingsOf(folder: vscode.Uri | undefined): Record<string, unknown> & { interpreter?: string } {
    const search = callableOf(this.#pythons, folder);
    const interpreter = search && pythonToUse(search);
    return { ...readServerSettings(sectionOf(folder)), ...(interpreter === undefined ? {} : { interpreter }) };
  }

  #showError(message: string): void {
    this.log.error(message);
    void vscode.window.showErrorMessage(message, "Open Settings").then(async (choice) => {
      if (choice !== undefined) {
        await vscode.commands.executeCommand("workbench.action.openSettings", "llmentary.interpreter");
      }
    });
  }
}
