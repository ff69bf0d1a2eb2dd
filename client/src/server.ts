/**
 * Start the language server with a fitting Python, and keep it going.
 */
import * as path from "node:path";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

import { cleanEnvironment } from "./candidates";
import { firstFolder, folderInView, sectionOf } from "./folders";
import { CALLABLE_MINIMUM, SERVER_MINIMUM, explainSearch, pythonToUse } from "./interpreter";
import type { FoundInterpreter } from "./interpreter";
import { APPROVED, CAPTURES, CASES_CHANGED, DEBUG_READY, RESULTS, RUN_STATE, STATUS } from "./protocol";
import type {
  ApprovedParams,
  CapturesParams,
  CasesChangedParams,
  DebugReadyParams,
  InitializationOptions,
  ResultsParams,
  RunStateParams,
  StatusParams,
} from "./protocol";
import type { PythonExtension } from "./pythonExtension";
import { callableOf, installedVersion, isSameChoice, lookForPythons } from "./pythons";
import type { Pythons } from "./pythons";
import { logLines } from "./serverLog";
import { readClientSettings, readServerSettings } from "./settings";
import { nearestStatus } from "./statusText";
import { withoutContents } from "./traceChannel";
import { isAllowedToRun } from "./trust";

/** What the server tells by itself, besides its status. */
interface Heard {
  [RESULTS]: ResultsParams;
  [RUN_STATE]: RunStateParams;
  [CASES_CHANGED]: CasesChangedParams;
  [APPROVED]: ApprovedParams;
  [DEBUG_READY]: DebugReadyParams;
  [CAPTURES]: CapturesParams;
}
const HEARD = [RESULTS, RUN_STATE, CASES_CHANGED, APPROVED, DEBUG_READY, CAPTURES] as const;

export type ServerState = "stopped" | "starting" | "running" | "failed";

/** The running server, its interpreter, and what it last said of itself. */
export class Server implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when anything that the status shows is different. */
  readonly onDidChange = this.#changed.event;
  readonly #started = new vscode.EventEmitter<void>();
  /** Fires whenever a server runs that knows nothing yet: the first one, and each that replaces another. */
  readonly onDidStart = this.#started.event;
  readonly #heard = new Map(HEARD.map((method) => [method as string, new vscode.EventEmitter<unknown>()]));

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

  /** What the server last said of the project that the user is looking at. */
  get status(): StatusParams | undefined {
    const file = vscode.window.activeTextEditor?.document.uri ?? folderInView();
    return nearestStatus([...this.#statuses.values()], file?.fsPath);
  }

  /** The Python that runs the server. */
  get ownInterpreter(): FoundInterpreter | undefined {
    return this.#pythons?.server.found;
  }

  /**
   * The Python that runs the callable of the folder that the user is looking at, or in words why there is none;
   * undefined while nobody has looked.
   */
  get callableInterpreter(): FoundInterpreter | string | undefined {
    const search = callableOf(this.#pythons, folderInView());
    return search?.found ?? (search && explainSearch(search.tried, CALLABLE_MINIMUM));
  }

  /** Listen to a notification of whichever server runs, now or later. */
  on<Method extends keyof Heard>(method: Method, listen: (params: Heard[Method]) => void): vscode.Disposable {
    const heard = this.#heard.get(method)?.event as vscode.Event<Heard[Method]> | undefined;
    return heard?.(listen) ?? new vscode.Disposable(() => undefined);
  }

  /** Ask the server; undefined while none runs. */
  async ask<Answer>(method: string, params?: unknown, cancellation?: vscode.CancellationToken): Promise<Answer | undefined> {
    // Whatever follows the method is sent, an `undefined` included.
    return cancellation === undefined
      ? this.client?.sendRequest<Answer>(method, params ?? {})
      : this.client?.sendRequest<Answer>(method, params ?? {}, cancellation);
  }

  start(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#launch(await this.#look());
    });
  }

  /** Wait until starts and stops that are under way have ended, well or not. */
  settled(): Promise<void> {
    return this.#queue;
  }

  restart(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#end();
      await this.#launch(await this.#look());
    });
  }

  /** Restart if another Python would be taken now; a folder that is new needs no restart. */
  followInterpreter(): Promise<void> {
    return this.#enqueue(async () => {
      const pythons = await this.#look();
      if (this.#state !== "running" || !isSameChoice(pythons, this.#pythons)) {
        await this.#end();
        await this.#launch(pythons);
      } else {
        this.#pythons = pythons;
        this.#changed.fire();
        await this.sendSettings();
      }
    });
  }

  /** Hand the changed settings to the server; it asks for those of each folder where there are several. */
  async sendSettings(): Promise<void> {
    const settings = { llmentary: readServerSettings(sectionOf(firstFolder())) };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#end());
  }

  dispose(): void {
    this.#changed.dispose();
    this.#started.dispose();
    for (const heard of this.#heard.values()) {
      heard.dispose();
    }
  }

  /** Starts and stops follow each other: two at once would leave a server behind. */
  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step).catch((error: unknown) => {
      this.#enter("failed");
      this.log.error(`The server could not be started: ${String(error)}`);
    });
    return this.#queue;
  }

  #enter(state: ServerState): void {
    const isNew = state === "running" && this.#state !== "running";
    this.#state = state;
    this.#changed.fire();
    if (isNew) {
      this.#started.fire();
    }
  }

  async #look(): Promise<Pythons> {
    await vscode.workspace.fs.createDirectory(this.context.globalStorageUri);
    const settingOf = (folder: vscode.Uri | undefined) => readClientSettings(sectionOf(folder)).interpreter;
    return lookForPythons(settingOf, this.python, this.#workingFolder);
  }

  async #launch(pythons: Pythons): Promise<void> {
    this.#pythons = pythons;
    const { server } = pythons;
    const callables = [...pythons.callables.values()];
    for (const { what, why, outcome } of [server, ...callables].flatMap(({ tried }) => tried)) {
      this.log.info(`Passed over ${what} (${why}): ${outcome}`);
    }
    const without = callables.filter(({ found }) => found === undefined);
    for (const complaint of new Set(without.map(({ tried }) => explainSearch(tried, CALLABLE_MINIMUM)))) {
      this.#complain(complaint);
    }
    if (server.found === undefined) {
      this.#enter("failed");
      this.#complain(explainSearch(server.tried, SERVER_MINIMUM));
      return;
    }

    this.#enter("starting");
    const started = await this.#serverOptions(server.found, callableOf(pythons, firstFolder())?.found);
    const client = new LanguageClient("llmentary", "llmentary", started, this.#clientOptions());
    client.onDidChangeState(({ newState }) => {
      if (client === this.#client) {
        this.#enter(newState === State.Running ? "running" : newState === State.Starting ? "starting" : "stopped");
      }
    });
    client.onNotification(STATUS, (status: StatusParams) => {
      this.#statuses.set(status.root, status);
      this.#changed.fire();
    });
    for (const [method, heard] of this.#heard) {
      client.onNotification(method, (params: unknown) => {
        heard.fire(params);
      });
    }
    this.#client = client;
    await client.start();
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#statuses.clear();
    if (client !== undefined) {
      try {
        await client.dispose(5000);
      } catch (error) {
        // A server that is gone already, or never came up, cannot say goodbye.
        this.log.warn(`The server did not end in order: ${String(error)}`);
      }
    }
    this.#enter("stopped");
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
      return { command: installed.path, args: ["-I", ...this.#underDebugger(), ...program], options };
    }
    this.log.info(`Server: the bundled llmentary ${version}, run by ${own.path} (${own.why})`);
    const launcher = this.context.asAbsolutePath(path.join("dist", "server", "launch.py"));
    return { command: own.path, args: ["-I", launcher, "--stdio"], options };
  }

  /** Return what makes the server call a debugger that waits for it; only in a window that F5 opened to debug both. */
  #underDebugger(): string[] {
    const address = process.env["LLMENTARY_DEBUG_SERVER"];
    if (this.context.extensionMode !== vscode.ExtensionMode.Development || address === undefined) {
      return [];
    }
    this.log.info(`Server: its debugger is awaited at ${address}`);
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
        // Each of the server's commands asks questions or keeps answers.
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

  /** A folder that is ours: modules beside a suite must not be found by accident. */
  get #workingFolder(): string {
    return this.context.globalStorageUri.fsPath;
  }

  /** What holds in a folder, with the Python that was found for it. */
  #settingsOf(folder: vscode.Uri | undefined): Record<string, unknown> & { interpreter?: string } {
    const search = callableOf(this.#pythons, folder);
    const interpreter = search && pythonToUse(search);
    return { ...readServerSettings(sectionOf(folder)), ...(interpreter === undefined ? {} : { interpreter }) };
  }

  #complain(message: string): void {
    this.log.error(message);
    void vscode.window.showErrorMessage(message, "Open Settings").then(async (choice) => {
      if (choice !== undefined) {
        await vscode.commands.executeCommand("workbench.action.openSettings", "llmentary.interpreter");
      }
    });
  }
}
