/**
 * What the server speaks beyond the standard: the mirror of `server/llmentary/lsp/protocol.py`.
 *
 * `tests/architecture/test_protocol_mirror.py` compares the two. Nothing is imported here.
 */

// --- commands, through workspace/executeCommand --------------------------------------------------
// The language client registers these by itself; they must not be registered again.

export const RUN_CASES = "llmentary.runCases";
export const APPROVE_CASES = "llmentary.approveCases";
export const RUN_ALL = "llmentary.runAll";

export const COMMANDS = [RUN_CASES, APPROVE_CASES, RUN_ALL] as const;

// --- requests and notifications of our own -------------------------------------------------------

export const RUN = "llmentary/run";
export const STATUS = "llmentary/status";
export const TRUST = "llmentary/trust";

export const SOURCE = "llmentary";

export interface InitializationOptions {
  trusted?: boolean;
  interpreter?: string;
  settings?: Record<string, unknown>;
}

export interface CasesParams {
  uri?: string;
  keys?: string[];
}

export interface ApproveParams {
  uri?: string;
  keys?: string[];
  asVariant?: boolean;
  verdicts?: string[];
}

export interface Started {
  started?: boolean;
  message?: string;
}

export interface RunParams {
  uri?: string;
  keys?: string[];
}

export interface RunCase {
  uri: string;
  key: string;
  label: string;
  verdict: string;
  reason: string;
  message: string;
}

export interface RunResult {
  summary: Record<string, number>;
  cases: RunCase[];
}

export interface StatusParams {
  root: string;
  interpreter: string | null;
  why: string;
  callable: string | null;
  trusted: boolean;
  running: number;
}

export interface TrustParams {
  trusted: boolean;
}
