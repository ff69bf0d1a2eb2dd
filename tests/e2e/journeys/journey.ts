/**
 * What a journey gets: a browser, a running VS Code, and its own scratch folder.
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
  /** Whether VS Code asks if a folder is trusted; such journeys share one VS Code, all others another. */
  readonly hasWorkspaceTrust?: boolean;
  walk(around: Surroundings): Promise<void>;
}
