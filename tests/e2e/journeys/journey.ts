/**
 * What a journey gets: a browser, a running VS Code, and a scratch folder of its own.
 */
import type { Browser } from "playwright-core";

import type { CodeServer } from "../vscode/codeServer";

export interface Surroundings {
  readonly browser: Browser;
  readonly server: CodeServer;
  /** For the journey's own files. */
  readonly scratch: string;
}

export interface Journey {
  readonly title: string;
  /** In a VS Code that asks whether a folder is trusted; there is one for those that do, and one for all others. */
  readonly hasWorkspaceTrust?: boolean;
  walk(around: Surroundings): Promise<void>;
}
