/**
 * The custom messages of the server: the mirror of `server/llmentary_regression/lsp/protocol.py`.
 *
 * `tests/architecture/test_protocol_mirror.py` compares the two. Nothing is imported here.
 */

// --- commands, through workspace/executeCommand --------------------------------------------------
// The language client registers these; they must not be registered again.

export const RUN_CASES = "llmentary.runCases";
export const APPROVE_CASES = "llmentary.approveCases";
export const RUN_ALL = "llmentary.runAll";

export const REJECT_CASES = "llmentary.rejectCases";
export const UNDO_APPROVAL = "llmentary.undoApproval";
export const KEEP_APPROVAL = "llmentary.keepApproval";

export const COMMANDS = [RUN_CASES, APPROVE_CASES, RUN_ALL, REJECT_CASES, UNDO_APPROVAL, KEEP_APPROVAL] as const;

// --- commands of the client ----------------------------------------------------------------------

export const APPROVE_AND_PIN = "llmentary.approveAndPin";
export const SHOW_DIFF = "llmentary.showDiff";

// --- requests and notifications of our own -------------------------------------------------------

export const RUN = "llmentary/run";
export const STATUS = "llmentary/status";
export const TRUST = "llmentary/trust";
export const RESULTS = "llmentary/results";
export const RUN_STATE = "llmentary/runState";
export const CANCEL_RUN = "llmentary/cancelRun";
export const SUITES = "llmentary/suites";
export const CASES = "llmentary/cases";
export const CASES_CHANGED = "llmentary/casesChanged";
export const DIFF = "llmentary/diff";
export const REVIEW = "llmentary/review";
export const APPROVED = "llmentary/approved";
export const PINNABLE = "llmentary/pinnable";
export const DEBUG_READY = "llmentary/debugReady";
export const CAPTURES = "llmentary/captures";
export const DECIDE_CAPTURE = "llmentary/decideCapture";

export const SOURCE = "llmentary";

export interface InitializationOptions {
  trusted?: boolean;
  interpreter?: string;
  messages?: boolean;
  settings?: Record<string, unknown>;
  canCapture?: boolean;
  canPin?: boolean;
  canDiff?: boolean;
}

export interface CasesParams {
  uri?: string;
  keys?: string[];
}

export interface ApproveParams {
  uri?: string;
  keys?: string[];
  asExample?: boolean;
  verdicts?: string[];
  pins?: Record<string, PinChoice[]>;
}

export interface Started {
  started?: boolean;
  message?: string;
}

export interface RunParams {
  uri?: string;
  keys?: string[];
  token?: string;
  debug?: boolean;
  debugpy?: string;
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
  key: string;
  lastRun: Record<string, number> | null;
}

export interface TrustParams {
  trusted: boolean;
}

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface UndoParams {
  approval?: number;
}

export interface KeepParams {
  uri: string;
  key: string;
  previous: string;
}

export interface FrameOf {
  uri: string;
  line: number;
  function: string;
}

export interface CaseUpdate {
  uri: string;
  key: string;
  label: string;
  verdict: string;
  reason: string;
  /** What the lens says; it quotes no answer. */
  state: string;
  message: string;
  score: number | null;
  elapsed: number;
  isStale: boolean;
  isApprovable: boolean;
  hasDiff: boolean;
  frames: FrameOf[];
}

export interface ResultsParams {
  run: number | null;
  results: CaseUpdate[];
}

export interface RunOfSuite {
  uri: string;
  keys: string[];
}

export interface RunStateParams {
  run: number;
  state: string;
  title: string;
  token: string | null;
  suites: RunOfSuite[];
  wasCancelled: boolean;
  error: string | null;
}

export interface CancelRunParams {
  run: number;
}

export interface SuiteParams {
  uri: string;
}

export interface SuiteItem {
  uri: string;
  name: string;
  root: string;
}

export interface SuitesResult {
  suites: SuiteItem[];
}

export interface CaseItem {
  key: string;
  parent: string | null;
  label: string;
  row: string | null;
  tags: string[];
  range: Range;
  update: CaseUpdate | null;
  isRunning: boolean;
}

export interface CasesResult {
  uri: string;
  version: number | null;
  items: CaseItem[];
}

export interface CasesChangedParams {
  uri: string;
  isGone: boolean;
}

export interface CaseParams {
  uri: string;
  key: string;
}

export interface DiffResult {
  title: string;
  left: string | null;
  right: string | null;
  reason: string | null;
}

export interface ReviewParams {
  uri?: string;
}

export interface ReviewCase {
  update: CaseUpdate;
  range: Range;
}

export interface ReviewResult {
  cases: ReviewCase[];
}

export interface ApprovedParams {
  approval: number;
  uri: string;
  keys: string[];
  isUndo: boolean;
}

export interface DebugReadyParams {
  token: string | null;
  host: string;
  port: number;
  root: string;
}

export interface PinChoice {
  name: string;
  phrases: string[];
}

export interface PinnableItem {
  label: string;
  kind: string;
  inQuestion: boolean;
}

export interface PinnableResult {
  facts: PinnableItem[];
}

export interface CapturedTurn {
  role: string;
  text: string;
}

export interface CapturedItem {
  id: number;
  question: string;
  answer: string;
  turns: CapturedTurn[];
  suite: string;
  name: string;
  tags: string[];
  callable: string | null;
  model: string | null;
  state: string;
  note: string;
  facts: PinnableItem[];
}

export interface CapturesParams {
  root: string;
  captures: CapturedItem[];
}

export interface DecideCaptureParams {
  root?: string;
  id?: number;
  keep?: boolean;
  suite?: string;
  name?: string;
  tags?: string[];
  pins?: PinChoice[];
  turns?: number[];
}

export interface DecideCaptureResult {
  done: boolean;
  message: string;
  uri: string | null;
}
