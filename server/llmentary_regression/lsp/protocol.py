"""
What this server speaks beyond the standard: names and shapes, each spelled here once.

`client/src/protocol.ts` is the mirror of this file, and a test compares the two. Nothing is imported from
`lsprotocol` here, so that others can read the names cheaply.
"""

from __future__ import annotations

from typing import TypedDict

# --- commands, through workspace/executeCommand ---------------------------------------------------
# Each returns a `Started` at once; the work goes on in the background, with progress that can be cancelled.

RUN_CASES = "llmentary.runCases"
"""Ask the cases of one suite. One argument: `CasesParams`."""
APPROVE_CASES = "llmentary.approveCases"
"""Approve the answers at hand of one suite. One argument: `ApproveParams`."""
RUN_ALL = "llmentary.runAll"
"""Ask every case of every suite. No argument."""

REJECT_CASES = "llmentary.rejectCases"
"""Drop the answers at hand of one suite: their baselines stay. One argument: `CasesParams`."""
UNDO_APPROVAL = "llmentary.undoApproval"
"""Put back what was approved before. No argument for the latest approval, or one: `UndoParams`."""
KEEP_APPROVAL = "llmentary.keepApproval"
"""Let an edited question keep the approval of its previous wording. One argument: `KeepParams`."""

COMMANDS = (RUN_CASES, APPROVE_CASES, RUN_ALL, REJECT_CASES, UNDO_APPROVAL, KEEP_APPROVAL)

# --- commands of the client ------------------------------------------------------------------------

APPROVE_AND_PIN = "llmentary.approveAndPin"
"""
Ask the user what to pin, and approve with it. One argument: `CasesParams` with one key.

The server puts it into lenses and code actions of a client that says `canPin`.
"""

SHOW_DIFF = "llmentary.showDiff"
"""
Show the redacted diff of a case, as the client shows diffs. One argument: `CasesParams` with one key.

The server puts it into lenses and code actions of a client that says `canDiff`.
"""

# --- requests and notifications of our own --------------------------------------------------------

RUN = "llmentary/run"
"""Request, client to server, `RunParams` -> `RunResult`; `$/cancelRequest` really stops the work."""
STATUS = "llmentary/status"
"""Notification, server to client, `StatusParams`."""
TRUST = "llmentary/trust"
"""Notification, client to server, `TrustParams`: the user has granted (or withdrawn) trust."""

RESULTS = "llmentary/results"
"""Notification, server to client, `ResultsParams`: results as they come, whoever started the run."""
RUN_STATE = "llmentary/runState"
"""Notification, server to client, `RunStateParams`: a run has started or finished."""
CANCEL_RUN = "llmentary/cancelRun"
"""Notification, client to server, `CancelRunParams`: stop a run, whoever started it."""
SUITES = "llmentary/suites"
"""Request, client to server, no parameters -> `SuitesResult`: every suite of the workspace."""
CASES = "llmentary/cases"
"""Request, client to server, `SuiteParams` -> `CasesResult`: what the Test Explorer shows of a suite."""
CASES_CHANGED = "llmentary/casesChanged"
"""Notification, server to client, `CasesChangedParams`: ask for a suite's cases again."""
DIFF = "llmentary/diff"
"""Request, client to server, `CaseParams` -> `DiffResult`: the redacted diff of one case."""
REVIEW = "llmentary/review"
"""Request, client to server, `ReviewParams` -> `ReviewResult`: the answers that wait for a decision."""
APPROVED = "llmentary/approved"
"""Notification, server to client, `ApprovedParams`: baselines were written, or put back by an undo."""
PINNABLE = "llmentary/pinnable"
"""Request, client to server, `CaseParams` -> `PinnableResult`: what of its answer is worth pinning."""
DEBUG_READY = "llmentary/debugReady"
"""Notification, server to client, `DebugReadyParams`: a worker waits for a debugger to attach."""
CAPTURES = "llmentary/captures"
"""Notification, server to client, `CapturesParams`: all captures of a project that wait, at each change."""
DECIDE_CAPTURE = "llmentary/decideCapture"
"""Request, client to server, `DecideCaptureParams` -> `DecideCaptureResult`: keep a capture, or drop it."""

SOURCE = "llmentary"
"""The `source` of every diagnostic."""


class Position(TypedDict):
    """
    A place in a document, in the units that client and server agreed on.
    """

    line: int
    character: int


class Range(TypedDict):
    start: Position
    end: Position


class InitializationOptions(TypedDict, total=False):
    """
    What the client hands over in `initialize`.
    """

    trusted: bool
    """Absent: the client knows no trust, and `llmentary trust` decides for each folder."""
    interpreter: str
    """The Python that the client found for the callable."""
    messages: bool
    """The client knows the notifications below; absent, it does if it said something of trust."""
    settings: dict[str, object]
    """The section `llmentary` of the client's settings, without its prefix."""
    canCapture: bool
    """The client shows a training inbox; without it no captures are taken from applications."""
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
    A phrase that must recur. A bare list of phrases is read as well, as one without a name.
    """

    name: str
    """What messages call it; empty without a name."""
    phrases: list[str]
    """The phrase first, its aliases behind it."""


class ApproveParams(TypedDict, total=False):
    uri: str
    keys: list[str]
    """Case keys; absent means every case of the suite whose answer may be approved."""
    asVariant: bool
    """Keep what was approved before beside the new answer."""
    verdicts: list[str]
    """Only cases of these verdicts: `new`, `changed`, `reworded`."""
    pins: dict[str, list[PinChoice]]
    """By case key, the phrases that must recur."""


class Started(TypedDict, total=False):
    """
    What a command answers.
    """

    started: bool
    message: str
    """Why nothing was started; the user has been told the same."""


class RunParams(TypedDict, total=False):
    uri: str
    """Absent: every suite."""
    keys: list[str]
    """Case keys; absent means every case of the suite."""
    token: str
    """The client's own name for this run; it comes back in `RunStateParams` and `DebugReadyParams`."""
    debug: bool
    """Ask in a worker of its own that waits for a debugger, one case at a time and without a deadline."""
    debugpy: str
    """A folder that holds the package `debugpy`, for an environment that has none of its own."""


class RunCase(TypedDict):
    uri: str
    key: str
    label: str
    verdict: str
    """`passed`, `reworded`, `changed`, `new`, `failed`, `error` or `skipped`."""
    reason: str
    """A stable code such as `number-differs`."""
    message: str
    """One sentence; it may quote the answer, so it goes into no log and no file."""


class RunResult(TypedDict):
    summary: dict[str, int]
    """How many cases, by verdict; verdicts that did not occur are left out."""
    cases: list[RunCase]


class StatusParams(TypedDict):
    root: str
    """The project's folder."""
    interpreter: str | None
    """None: none was found, or none was looked for yet."""
    why: str
    """Why this interpreter, or what was tried."""
    callable: str | None
    """What the project sets; suites may set their own."""
    trusted: bool
    running: int
    """How many cases are being asked."""
    key: str
    """What there is to say of the project's key: `found`, `none yet`, or what is wrong with it."""
    lastRun: dict[str, int] | None
    """How many cases by verdict, of the project's last finished run; None before the first."""


class TrustParams(TypedDict):
    trusted: bool


class UndoParams(TypedDict, total=False):
    approval: int
    """The number that `ApprovedParams` gave; absent means the latest that was not undone."""


class KeepParams(TypedDict):
    uri: str
    key: str
    """The case as it reads now."""
    former: str
    """The key of the baseline that it takes over; equal to `key` for a named case."""


class FrameOf(TypedDict):
    """
    A line of the user's own traceback.
    """

    uri: str
    line: int
    """Zero-based."""
    function: str


class CaseUpdate(TypedDict):
    """
    What became of one case.
    """

    uri: str
    key: str
    label: str
    verdict: str
    reason: str
    """A stable code such as `number-differs`."""
    state: str
    """What the lens says, such as `changed: a number differs`; it quotes no answer."""
    message: str
    """One sentence; it may quote the answer, so it goes into no log and no file."""
    score: float | None
    elapsed: float
    """Seconds."""
    isStale: bool
    """The answer is from older code than there is now."""
    isApprovable: bool
    """There is an answer that waits for approval."""
    hasDiff: bool
    """`llmentary/diff` is likely to have something to show."""
    frames: list[FrameOf]
    """Where the user's code raised, outermost first."""


class ResultsParams(TypedDict):
    run: int | None
    """The run that they are of; None where answers at hand were judged again, as after an approval."""
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
    """What the client called it in `RunParams`."""
    suites: list[RunOfSuite]
    """`started`: the cases that are being asked. `finished`: those that were left without a result."""
    wasCancelled: bool
    error: str | None
    """Why the run ended early, if it did."""


class CancelRunParams(TypedDict):
    run: int
    """The number that `RunStateParams` gave."""


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
    A case, or the table that the cases of its rows hang under.
    """

    key: str
    """Of a table: `table:` and something that stays the same while the table does; it cannot be run."""
    parent: str | None
    """The `key` of the table that a row belongs to."""
    label: str
    row: str | None
    """A row's values, such as `France, Paris`."""
    tags: list[str]
    range: Range
    news: CaseUpdate | None
    """The result at hand, if it still belongs to what the case says."""
    isRunning: bool


class CasesResult(TypedDict):
    uri: str
    version: int | None
    """The document's version that the ranges are of; None for a file that is not open."""
    items: list[CaseItem]
    """In the order of the file; a table stands before its rows."""


class CasesChangedParams(TypedDict):
    uri: str
    isGone: bool
    """There is neither document nor file any more."""


class CaseParams(TypedDict):
    uri: str
    key: str


class DiffResult(TypedDict):
    title: str
    """Names the case and quotes no answer."""
    left: str | None
    """The approved answer, redacted; None where `reason` says why."""
    right: str | None
    """The new answer; memory only. It may be there without a left side."""
    reason: str | None
    """Why no diff can be shown."""


class ReviewParams(TypedDict, total=False):
    uri: str
    """Absent: the whole workspace."""


class ReviewCase(TypedDict):
    news: CaseUpdate
    range: Range


class ReviewResult(TypedDict):
    cases: list[ReviewCase]
    """New, changed and reworded answers, in the workspace's order."""


class ApprovedParams(TypedDict):
    approval: int
    """A number to undo it by, as long as the server lives."""
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
    """The phrase as it stands in the answer; it is pinned as it is."""
    kind: str
    """`number`, `date`, `name` ..."""
    inQuestion: bool
    """Whether the question says it as well; then it proves little."""


class PinnableResult(TypedDict):
    facts: list[PinnableItem]
    """The likeliest first."""


class CapturedTurn(TypedDict):
    role: str
    """`system`, `user`, `assistant` or `tool`."""
    text: str


class CapturedItem(TypedDict):
    """
    One question and answer of a running application. Memory only: it goes into no log, file or URI.
    """

    id: int
    question: str
    answer: str
    turns: list[CapturedTurn]
    """The whole conversation; of a lone question, that one."""
    suite: str
    """Where it would be kept, below the root."""
    name: str
    """Of the case, new or known."""
    tags: list[str]
    callable: str | None
    """What asks it again; None: nothing, and `note` says why."""
    model: str | None
    state: str
    """`new`, `variant` of a known case, `passed` as it is, or `trouble`: it cannot be kept as it is."""
    note: str
    """A sentence to show, possibly empty."""
    facts: list[PinnableItem]
    """What is worth pinning."""


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
    """Another suite, by its name without folder and ending."""
    name: str
    tags: list[str]
    pins: list[PinChoice]
    """Phrases that must recur."""
    turns: list[int]
    """Positions of turns that are not the user's and that go into the suite nevertheless."""


class DecideCaptureResult(TypedDict):
    done: bool
    message: str
    """What was done, or why nothing was."""
    uri: str | None
    """The suite that it was kept in."""
