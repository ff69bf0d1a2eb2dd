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

COMMANDS = (RUN_CASES, APPROVE_CASES, RUN_ALL)

# --- requests and notifications of our own --------------------------------------------------------

RUN = "llmentary/run"
"""Request, client to server, `RunParams` -> `RunResult`; `$/cancelRequest` really stops the work."""
STATUS = "llmentary/status"
"""Notification, server to client, `StatusParams`."""
TRUST = "llmentary/trust"
"""Notification, client to server, `TrustParams`: the user has granted (or withdrawn) trust."""

SOURCE = "llmentary"
"""The `source` of every diagnostic."""


class InitializationOptions(TypedDict, total=False):
    """
    What the client hands over in `initialize`.
    """

    trusted: bool
    """Absent: the client knows no trust, and `llmentary trust` decides for each folder."""
    interpreter: str
    """The Python that the client found for the callable."""
    settings: dict[str, object]
    """The section `llmentary` of the client's settings, without its prefix."""


class CasesParams(TypedDict, total=False):
    uri: str
    keys: list[str]
    """Case keys; absent means every case of the suite."""


class ApproveParams(TypedDict, total=False):
    uri: str
    keys: list[str]
    """Case keys; absent means every case of the suite whose answer may be approved."""
    asVariant: bool
    """Keep what was approved before beside the new answer."""
    verdicts: list[str]
    """Only cases of these verdicts: `new`, `changed`, `reworded`."""


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


class TrustParams(TypedDict):
    trusted: bool
