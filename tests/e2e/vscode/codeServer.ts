/**
 * Start and stop VS Code's server (code-server) with a private home.
 */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { findTools } from "./places";

export interface CodeServerOptions {
  /** Where the home, the user data and the extensions go. */
  readonly scratch: string;
  /** Settings of the machine: those with the scope `machine` or `machine-overridable`. */
  readonly machineSettings?: Record<string, unknown>;
  /** Extensions to install, as `.vsix` files. */
  readonly extensions?: readonly string[];
  /** Whether to ask if a folder is trusted; otherwise all folders are. */
  readonly hasWorkspaceTrust?: boolean;
  /** Let a page run tests inside the extension host. */
  readonly hasTestDriver?: boolean;
  readonly environment?: Record<string, string>;
  readonly port?: number;
}

export interface CodeServer {
  readonly authority: string;
  /** Where VS Code keeps logs, state and everything else that it writes. */
  readonly dataFolder: string;
  stop(): Promise<void>;
}

const USER_SETTINGS = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "git.enabled": false,
  "extensions.autoUpdate": false,
  "update.mode": "none",
  // What would only clutter a screenshot.
  "diffEditor.renderSideBySideInlineBreakpoint": 600,
  "diffEditor.wordWrap": "on",
  "editor.minimap.enabled": false,
  "editor.occurrencesHighlight": "off",
  "editor.scrollBeyondLastLine": false,
  "remote.autoForwardPorts": false,
  "workbench.layoutControl.enabled": false,
};

/** Start the server and wait until it answers. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const { scratch, hasWorkspaceTrust = false, hasTestDriver = false } = options;
  const dataFolder = path.join(scratch, "data");
  const port = options.port ?? (await findFreePort());
  writeSettings(path.join(dataFolder, "User"), USER_SETTINGS);
  writeSettings(path.join(dataFolder, "Machine"), options.machineSettings ?? {});

  const { node, entry } = findTools();
  const folders = ["--user-data-dir", dataFolder, "--extensions-dir", path.join(scratch, "extensions")];
  const environment = privateEnvironment(scratch, options.environment);
  for (const extension of options.extensions ?? []) {
    const done = spawnSync(node, [entry, ...folders, "--install-extension", extension], { env: environment, encoding: "utf8" });
    if (done.status !== 0) {
      throw new Error(`${extension} could not be installed: ${done.stdout}${done.stderr}`);
    }
  }
  const flags = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  flags.push("--disable-getting-started-override");
  flags.push(...(hasWorkspaceTrust ? [] : ["--disable-workspace-trust"]));
  flags.push(...(hasTestDriver ? ["--vscode-option", "enable-smoke-test-driver"] : []));
  // Its own process group, so that its extension hosts end with it.
  const running = spawn(node, [entry, ...folders, ...flags], { env: environment, detached: true });
  const output = createWriteStream(path.join(scratch, "code-server.log"));
  running.stdout.pipe(output);
  running.stderr.pipe(output);

  const authority = `127.0.0.1:${port}`;
  const stop = () => stopGroup(running);
  try {
    await answers(`http://${authority}/healthz`, running);
  } catch (error) {
    await stop();
    throw error;
  }
  return { authority, dataFolder, stop };
}

function writeSettings(folder: string, settings: Record<string, unknown>): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "settings.json"), JSON.stringify(settings, undefined, 2));
}

function privateEnvironment(scratch: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const home = path.join(scratch, "home");
  mkdirSync(home, { recursive: true });
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|XDG_|LLMENTARY_|npm_|CI$|PORT$|PASSWORD$|NODE_OPTIONS$)/.test(name),
  );
  return { ...Object.fromEntries(kept), HOME: home, EXTENSIONS_GALLERY: "{}", ...more };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

async function answers(url: string, running: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (running.exitCode !== null) {
      throw new Error(`code-server ended with exit code ${running.exitCode}`);
    }
    try {
      const response = await fetch(url);
      if (response.ok) {
        return;
      }
    } catch {
      // Not listening yet.
    }
    await wait(100);
  }
  throw new Error(`code-server did not answer at ${url}`);
}

async function stopGroup(running: ChildProcess): Promise<void> {
  const { pid } = running;
  if (pid === undefined) {
    return;
  }
  const ended = new Promise<void>((resolve) => {
    if (running.exitCode !== null || running.signalCode !== null) {
      resolve();
    } else {
      running.once("exit", () => {
        resolve();
      });
    }
  });
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    try {
      process.kill(-pid, signal);
    } catch {
      return; // The whole group is gone.
    }
    await Promise.race([ended, wait(5000)]);
  }
}
