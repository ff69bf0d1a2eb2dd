"""
The custom commands, requests and notifications of this server: their names and shapes.

`client/src/protocol.ts` mirrors this file, and a test compares the two. `lsprotocol` is not imported here, so that
other modules can import the names quickly.
"""

from __future__ import annotations

from typing import TypedDict

# --- commands, through workspace/executeCommand ---------------------------------------------------
# Each returns a `Started` at once; the work continues in the background, with progress that can be cancelled.

RUN_CASES = "llmentary.runCases"
"""Ask the cases of one suite. One argument: `CasesParams`."""
APPROVE_CASES = "llmentary.approveCases"
"""Approve the current answers of one suite. One argument: `ApproveParams`."""
RUN_ALL = "llmentary.runAll"
"""Ask every case of every suite. No argument."""

REJECT_CASES = "llmentary.rejectCases"
"""Reject the current answers of one suite: their baselines stay. One argument: `CasesParams`."""
UNDO_APPROVAL = "llmentary.undoApproval"
"""Undo an approval. No argument for the latest approval, or one: `UndoParams`."""
KEEP_APPROVAL = "llmentary.keepApproval"
"""Let an edited question keep the approval of its previous wording. One argument: `KeepParams`."""

COMMANDS = (RUN_CASES, APPROVE_CASES, RUN_ALL, REJECT_CASES, UNDO_APPROVAL, KEEP_APPROVAL)

# --- commands of the client ------------------------------------------------------------------------

APPROVE_AND_PIN = "llmentary.approveAndPin"
"""
Ask the user what to pin, and approve with it. One argument: `CasesParams` with one key.

The server uses it in lenses and code actions if the client sent `canPin`.
"""

SHOW_DIFF = "llmentary.showDiff"
"""
Show the redacted diff of a case, as the client shows diffs. One argument: `CasesParams` with one key.

The server uses it in lenses and code actions if the client sent `canDiff`.
"""

# --- requests and notifications of our own --------------------------------------------------------

RUN = "llmentary/run"
"""Request, client to server, `RunParams` -> `RunResult`; `$/cancelRequest` stops the work."""
STATUS = "llmentary/status"
"""Notification, server to client, `StatusParams`."""
TRUST = "llmentary/trust"
"""Notification, client to server, `TrustParams`: the user has granted or withdrawn trust."""

RESULTS = "llmentary/results"
"""Notification, server to client, `ResultsParams`: results as they arrive, whoever started the run."""
RUN_STATE = "llmentary/runState"
"""Notification, server to client, `RunStateParams`: a run has started or finished."""
CANCEL_RUN = "llmentary/cancelRun"
"""Notification, client to server, `CancelRunParams`: stop a run, whoever started it."""
SUITES = "llmentary/suites"
"""Request, client to server, no parameters -> `SuitesResult`: every suite of the workspace."""
CASES = "llmentary/cases"
"""Request, client to server, `SuiteParams` -> `CasesResult`: the cases that the Test Explorer shows."""
CASES_CHANGED = "llmentary/casesChanged"
"""Notification, server to client, `CasesChangedParams`: the client should fetch a suite's cases again."""
DIFF = "llmentary/diff"
"""Request, client to server, `CaseParams` -> `DiffResult`: the redacted diff of one case."""
REVIEW = "llmentary/review"
"""Request, client to server, `ReviewParams` -> `ReviewResult`: the answers that wait for a decision."""
APPROVED = "llmentary/approved"
"""Notification, server to client, `ApprovedParams`: baselines were written, or restored by an undo."""
PINNABLE = "llmentary/pinnable"
"""Request, client to server, `CaseParams` -> `PinnableResult`: the phrases of its answer that are worth pinning."""
DEBUG_READY = "llmentary/debugReady"
"""Notification, server to client, `DebugReadyParams`: a worker waits for a debugger to attach."""
CAPTURES = "llmentary/captures"
"""Notification, server to client, `CapturesParams`: all waiting captures of a project, at each change."""
DECIDE_CAPTURE = "llmentary/decideCapture"
"""Request, client to server, `DecideCaptureParams` -> `DecideCaptureResult`: approve a capture, or drop it."""

SOURCE = "llmentary"
"""The `source` of every diagnostic."""


class Position(TypedDict):
    """
    A position in a document, in the encoding that client and server agreed on.
    """

    line: int
    character: int


class Range(TypedDict):
    start: Position
    end: Position


class InitializationOptions(TypedDict, total=False):
    """
    What the client sends in `initialize`.
    """

    trusted: bool
    """Absent: the client knows no trust, and `llmentary trust` decides for each folder."""
    interpreter: str
    """The Python that the client found for the callable."""
    messages: bool
    """The client knows the custom notifications; if absent, it does if it sent `trusted`."""
    settings: dict[str, object]
    """The section `llmentary` of the client's settings, without its prefix."""
    canCapture: bool
    """The client shows a training inbox; without it no captures are accepted from applications."""
    canPin: bool
    """Whether the client has `llmentary.approveAndPin`."""
    canDiff: bool
    """Whether the client has `llmentary.showDiff`."""


class CasesParams(TypedDict, total=False):
    uri: str
    keys: list[str]
    """Case keys; absent means every case of the suite."""


class PinChoice(TypedDict):
    """
    A phrase that every later answer must contain. A bare list of phrases is accepted as a pin without a name.
    """

    name: str
    """Its name in messages; may be empty."""
    phrases: list[str]
    """The phrase, followed by its aliases."""


class ApproveParams(TypedDict, total=False):
    uri: str
    keys: list[str]
    """Case keys; absent means every case of the suite whose answer may be approved."""
    asExample: bool
    """Keep what was approved before, in addition to the new answer."""
    verdicts: list[str]
    """Only cases of these verdicts: `new`, `changed`, `unsure`."""
    pins: dict[str, list[PinChoice]]
    """By case key, the phrases that every later answer must contain."""


class Started(TypedDict, total=False):
    """
    What a command returns.
    """

    started: bool
    message: str
    """Why nothing was started; the user was shown the same message."""


class RunParams(TypedDict, total=False):
    uri: str
    """Absent: every suite."""
    keys: list[str]
    """Case keys; absent means every case of the suite."""
    token: str
    """The client's own name for this run; `RunStateParams` and `DebugReadyParams` repeat it."""
    debug: bool
    """Ask in a worker of its own that waits for a debugger, one case at a time and without a deadline."""
    debugpy: str
    """A folder that contains the package `debugpy`, for an environment without it."""


class RunCase(TypedDict):
    uri: str
    key: str
    label: str
    verdict: str
    """`passed`, `unsure`, `changed`, `new`, `failed`, `error` or `skipped`."""
    reason: str
    """A stable code such as `number-differs`."""
    message: str
    """One sentence; it may quote the answer, so it goes into no log and no file."""


class RunResult(TypedDict):
    summary: dict[str, int]
    """The number of cases by verdict; verdicts that did not occur are left out."""
    cases: list[RunCase]


class StatusParams(TypedDict):
    root: str
    """The project's folder."""
    interpreter: str | None
    """None: none was found, or the search is not over."""
    why: str
    """Why this interpreter, or what was tried."""
    callable: str | None
    """The project's callable; suites may set their own."""
    trusted: bool
    running: int
    """The number of cases that are being asked."""
    key: str
    """The state of the project's key: `found`, `none yet`, or what is wrong with it."""
    lastRun: dict[str, int] | None
    """The number of cases by verdict, of the project's last finished run; None before the first."""


class TrustParams(TypedDict):
    trusted: bool


class UndoParams(TypedDict, total=False):
    approval: int
    """The number from `ApprovedParams`; absent means the latest that was not undone."""


class KeepParams(TypedDict):
    uri: str
    key: str
    """The case as it reads now."""
    previous: str
    """The key of the baseline that it takes over; equal to `key` for a named case."""


class FrameOf(TypedDict):
    """
    A frame of a traceback, in the user's code.
    """

    uri: str
    line: int
    """Zero-based."""
    function: str


class CaseUpdate(TypedDict):
    """
    The state of one case after a run.
    """

    uri: str
    key: str
    label: str
    verdict: str
    reason: str
    """A stable code such as `number-differs`."""
    state: str
    """The text of its lens, such as `changed: a number differs`; it quotes no answer."""
    message: str
    """One sentence; it may quote the answer, so it goes into no log and no file."""
    score: float | None
    elapsed: float
    """Seconds."""
    isStale: bool
    """The answer is from older code."""
    isApprovable: bool
    """An answer waits for approval."""
    hasDiff: bool
    """`llmentary/diff` probably has something to show."""
    frames: list[FrameOf]
    """Where the user's code raised, outermost first."""


class ResultsParams(TypedDict):
    run: int | None
    """The run that they belong to; None if current answers were judged again, as after an approval."""
    results: list[CaseUpdate]


class RunOfSuite(TypedDict):
    uri: str
    keys: list[str]


class RunStateParams(TypedDict):
    run: int
    state: str
    """`started` or `finished`."""
    title: str
    token: str | None
    """The client's own name for it, from `RunParams`."""
    suites: list[RunOfSuite]
    """`started`: the cases that are being asked. `finished`: those that have no result."""
    wasCancelled: bool
    error: str | None
    """Why the run ended early, if it did."""


class CancelRunParams(TypedDict):
    run: int
    """The number from `RunStateParams`."""


class SuiteParams(TypedDict):
    uri: str


class SuiteItem(TypedDict):
    uri: str
    name: str
    """The path below the project's folder, with `/`."""
    root: str
    """The project's folder, as a URI."""


class SuitesResult(TypedDict):
    suites: list[SuiteItem]


class CaseItem(TypedDict):
    """
    A case, or a table, which is the parent of its rows.
    """

    key: str
    """Of a table: `table:` and a stable name; it cannot be run."""
    parent: str | None
    """The `key` of the table that a row belongs to."""
    label: str
    row: str | None
    """A row's values, such as `France, Paris`."""
    tags: list[str]
    range: Range
    update: CaseUpdate | None
    """The current result, if the case was not edited since."""
    isRunning: bool


class CasesResult(TypedDict):
    uri: str
    version: int | None
    """The document's version that the ranges refer to; None for a file that is not open."""
    items: list[CaseItem]
    """In the order of the file; a table precedes its rows."""


class CasesChangedParams(TypedDict):
    uri: str
    isGone: bool
    """Neither document nor file exists any more."""


class CaseParams(TypedDict):
    uri: str
    key: str


class DiffResult(TypedDict):
    title: str
    """Names the case and quotes no answer."""
    left: str | None
    """The approved answer, redacted; None where `reason` says why."""
    right: str | None
    """The new answer, in memory only. It may be there without a left side."""
    reason: str | None
    """Why no diff can be shown."""


class ReviewParams(TypedDict, total=False):
    uri: str
    """Absent: the whole workspace."""


class ReviewCase(TypedDict):
    update: CaseUpdate
    range: Range


class ReviewResult(TypedDict):
    cases: list[ReviewCase]
    """New, changed and unsure answers, in the workspace's order."""


class ApprovedParams(TypedDict):
    approval: int
    """The number to undo it with, until the server ends."""
    uri: str
    keys: list[str]
    isUndo: bool


class DebugReadyParams(TypedDict):
    token: str | None
    host: str
    port: int
    """Where `debugpy` listens, for an attach configuration with `connect`."""
    root: str
    """The project's folder."""


class PinnableItem(TypedDict):
    """
    A phrase of an answer that is worth pinning. It goes into no log and no file.
    """

    label: str
    """The phrase as it is in the answer; it is pinned unchanged."""
    kind: str
    """`number`, `date`, `name` ..."""
    inQuestion: bool
    """Whether the question contains it as well; then it proves little."""


class PinnableResult(TypedDict):
    facts: list[PinnableItem]
    """The likeliest first."""


class CapturedTurn(TypedDict):
    role: str
    """`system`, `user`, `assistant` or `tool`."""
    text: str


class CapturedItem(TypedDict):
    """
    One question and answer of a running application. In memory only: it goes into no log, file or URI.
    """

    id: int
    question: str
    answer: str
    turns: list[CapturedTurn]
    """The whole conversation; at least the question."""
    suite: str
    """The suite that it would be saved in, relative to the root."""
    name: str
    """The name of the new or known case."""
    tags: list[str]
    callable: str | None
    """The callable that asks it again; None if there is none, and `note` says why."""
    model: str | None
    state: str
    """`new`, `example` of a known case, `passed` already, or `trouble`: it cannot be saved as it is."""
    note: str
    """A sentence to show, possibly empty."""
    facts: list[PinnableItem]
    """The phrases that are worth pinning."""


class CapturesParams(TypedDict):
    root: str
    """The project's folder."""
    captures: list[CapturedItem]
    """The oldest first."""


class DecideCaptureParams(TypedDict, total=False):
    root: str
    id: int
    keep: bool
    suite: str
    """Another suite, by its name without folder and extension."""
    name: str
    tags: list[str]
    pins: list[PinChoice]
    """Phrases that every later answer must contain."""
    turns: list[int]
    """Indexes of turns that are not the user's but go into the suite nevertheless."""


class DecideCaptureResult(TypedDict):
    done: bool
    message: str
    """What was done, or why nothing was done."""
    uri: str | None
    """The suite that it was saved in."""
