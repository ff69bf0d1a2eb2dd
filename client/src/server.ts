/**
 * Start the language server with a fitting Python, and keep it going.
 */
import { execFile } from "node:child_process";
import * as path from "node:path";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, LanguageClient, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import type { LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";

import { callableCandidates, cleanEnvironment, mayRun, serverCandidates } from "./candidates";
import type { Surroundings } from "./candidates";
import { CALLABLE_MINIMUM, SERVER_MINIMUM, explainSearch, findInterpreter, startingIn } from "./interpreter";
import type { FoundInterpreter, Probe, Search } from "./interpreter";
import { STATUS } from "./protocol";
import type { InitializationOptions, StatusParams } from "./protocol";
import type { PythonExtension } from "./pythonExtension";
import { logLines } from "./serverLog";
import { readClientSettings, readServerSettings } from "./settings";
import { withoutContents } from "./traceChannel";
import { isAllowedToRun } from "./trust";

export type ServerState = "stopped" | "starting" | "running" | "failed";

interface Interpreters {
  readonly server: Search;
  /** Undefined in an untrusted folder: nothing is asked there. */
  readonly callable: Search | undefined;
}

/** The running server, its interpreter, and what it last said of itself. */
export class Server implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when anything that the status shows is different. */
  readonly onDidChange = this.#changed.event;

  #state: ServerState = "stopped";
  #client: LanguageClient | undefined;
  #status: StatusParams | undefined;
  #interpreters: Interpreters | undefined;
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

  /** What the server last said of itself. */
  get status(): StatusParams | undefined {
    return this.#status;
  }

  /** The Python that runs the server. */
  get ownInterpreter(): FoundInterpreter | undefined {
    return this.#interpreters?.server.found;
  }

  /** The Python that runs the callable, or in words why there is none; undefined while nobody has looked. */
  get callableInterpreter(): FoundInterpreter | string | undefined {
    const search = this.#interpreters?.callable;
    return search?.found ?? (search && explainSearch(search.tried, CALLABLE_MINIMUM));
  }

  start(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#launch(await this.#look());
    });
  }

  restart(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#end();
      await this.#launch(await this.#look());
    });
  }

  /** Restart if another Python would be taken now. */
  followInterpreter(): Promise<void> {
    return this.#enqueue(async () => {
      const interpreters = await this.#look();
      if (this.#state !== "running" || !isSameChoice(interpreters, this.#interpreters)) {
        await this.#end();
        await this.#launch(interpreters);
      }
    });
  }

  /** Hand the changed settings to the server. */
  async sendSettings(): Promise<void> {
    const settings = { llmentary: readServerSettings(this.#section()) };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#end());
  }

  dispose(): void {
    this.#changed.dispose();
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
    this.#state = state;
    this.#changed.fire();
  }

  async #look(): Promise<Interpreters> {
    await vscode.workspace.fs.createDirectory(this.context.globalStorageUri);
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const { isTrusted } = vscode.workspace;
    const around: Surroundings = {
      setting: readClientSettings(this.#section()).interpreter,
      folders: folders.map(({ uri }) => uri.fsPath),
      isTrusted,
      selected: isTrusted ? await this.python.selected(folders[0]?.uri) : undefined,
      environment: process.env,
      platform: process.platform,
    };
    const probe = remembering(startingIn(this.#workingFolder, cleanEnvironment(process.env)));
    return {
      server: await findInterpreter(serverCandidates(around), SERVER_MINIMUM, probe, mayRun(around)),
      callable: isTrusted ? await findInterpreter(callableCandidates(around), CALLABLE_MINIMUM, probe) : undefined,
    };
  }

  async #launch(interpreters: Interpreters): Promise<void> {
    this.#interpreters = interpreters;
    const { server, callable } = interpreters;
    for (const { what, why, outcome } of [...server.tried, ...(callable?.tried ?? [])]) {
      this.log.info(`Passed over ${what} (${why}): ${outcome}`);
    }
    if (callable !== undefined && callable.found === undefined) {
      this.#complain(explainSearch(callable.tried, CALLABLE_MINIMUM));
    }
    if (server.found === undefined) {
      this.#enter("failed");
      this.#complain(explainSearch(server.tried, SERVER_MINIMUM));
      return;
    }

    this.#enter("starting");
    const started = await this.#serverOptions(server.found, callable?.found);
    const client = new LanguageClient("llmentary", "llmentary", started, this.#clientOptions());
    client.onDidChangeState(({ newState }) => {
      if (client === this.#client) {
        this.#enter(newState === State.Running ? "running" : newState === State.Starting ? "starting" : "stopped");
      }
    });
    client.onNotification(STATUS, (status: StatusParams) => {
      this.#status = status;
      this.#changed.fire();
    });
    this.#client = client;
    await client.start();
  }

  async #end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#status = undefined;
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
      readClientSettings(this.#section()).importStrategy === "fromEnvironment" &&
      (await installedVersion(installed.path, options)) === version
    ) {
      this.log.info(`Server: llmentary ${version} as installed for ${installed.path}`);
      return { command: installed.path, args: ["-I", "-m", "llmentary.lsp.main", "--stdio"], options };
    }
    this.log.info(`Server: the bundled llmentary ${version}, run by ${own.path} (${own.why})`);
    const launcher = this.context.asAbsolutePath(path.join("dist", "server", "launch.py"));
    return { command: own.path, args: ["-I", launcher, "--stdio"], options };
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
        const callable = this.#interpreters?.callable?.found;
        return {
          trusted: vscode.workspace.isTrusted,
          canPin: true,
          ...(callable === undefined ? {} : { interpreter: callable.path }),
          settings: readServerSettings(this.#section()),
        };
      },
      middleware: {
        // Each of the server's commands asks questions or keeps answers.
        executeCommand: (command, args: unknown[], next): unknown => (isAllowedToRun() ? next(command, args) : undefined),
        workspace: {
          configuration: ({ items }) =>
            items.map(({ section }) => (section === "llmentary" ? readServerSettings(this.#section()) : null)),
        },
      },
    };
  }

  /** A folder that is ours: modules beside a suite must not be found by accident. */
  get #workingFolder(): string {
    return this.context.globalStorageUri.fsPath;
  }

  #section(): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration("llmentary", vscode.workspace.workspaceFolders?.[0]?.uri ?? null);
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

function isSameChoice(now: Interpreters, before: Interpreters | undefined): boolean {
  return isSameSearch(now.server, before?.server) && isSameSearch(now.callable, before?.callable);
}

function isSameSearch(now: Search | undefined, before: Search | undefined): boolean {
  return (now === undefined) === (before === undefined) && now?.found?.path === before?.found?.path;
}

/** Return a probe that starts each candidate once. */
function remembering(probe: Probe): Probe {
  const known = new Map<string, ReturnType<Probe>>();
  return (command) => {
    const name = command.join("\0");
    const answer = known.get(name) ?? probe(command);
    known.set(name, answer);
    return answer;
  };
}

/** Return the version of llmentary that an interpreter has installed and can serve with; undefined if none. */
function installedVersion(python: string, options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<string | undefined> {
  const program =
    "import importlib.metadata, importlib.util; importlib.util.find_spec('pygls') and print(importlib.metadata.version('llmentary'))";
  return new Promise((resolve) => {
    execFile(python, ["-I", "-c", program], { ...options, timeout: 10_000, windowsHide: true }, (error, stdout) => {
      resolve(error === null && stdout.trim() !== "" ? stdout.trim() : undefined);
    });
  });
}
