"""
The messages between llmentary and its worker processes: one JSON object a line, in both directions.

Both sides import this file, so it keeps to the standard library and Python 3.9. Everything is ASCII on the
wire, which also carries lone surrogates unharmed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypedDict, Union

MAX_TEXT = 1_000_000
"""The longest answer, in characters; a longer text is never sent."""

MARK_START = b"\x00llmentary-mark:"
"""Opens a mark in a worker's output: this, the worker's token, `:`, a number, a line end."""


class AskMessage(TypedDict, total=False):
    """
    One question for a worker; what is empty is left out.
    """

    id: int
    target: str
    question: str
    """The text of a lone user turn."""
    turns: list[list[str]]
    """Role and text of each turn, where there is more than a lone user turn."""
    call: list[Any]
    """Positional arguments of a judge or embed callable; then there is no question."""
    model: str
    params: dict[str, Any]
    tags: list[str]
    args: dict[str, Any]
    retries: int


class AnswerMessage(TypedDict, total=False):
    """
    What a callable returned, already read.
    """

    text: str
    data: Any
    has_data: bool
    model: str
    tokens: int
    cost: float


class FrameMessage(TypedDict):
    """
    One line of the developer's own traceback.
    """

    path: str
    line: int
    function: str
    source: str


class FailureMessage(TypedDict, total=False):
    """
    Why there is no answer; `kind` is one of the words of llmentary's `FailureKind`.
    """

    kind: str
    message: str
    frames: list[FrameMessage]
    retry_after_s: float
    mark: int
    """All output up to this mark was written before the failure."""


Result = tuple[int, float, int, Union[str, AnswerMessage], Union[FailureMessage, None]]
"""An ask's id, seconds of its last attempt, attempts, and an answer (often text alone) or a failure."""

# To the worker:
#   {"do": "ask", "asks": [AskMessage, ...], "limit_s": seconds}
#       A worker whose interpreter stands still for longer than the limit ends by itself.
#   {"do": "cancel", "ids": [...]}     those still queued or async are dropped, see "dropped"
#   {"do": "stop"}                     end in good order
# From the worker:
#   {"is": "ready", "python": [3, 9, 18]}
#   {"is": "debug", "port": 5678, "reason": ""}    waits for a debugger before "ready"; without port: why not
#   {"is": "loading", "target": ...}
#   {"is": "loaded", "target": ..., "failure": FailureMessage or null}
#   {"is": "import-name", "fault": sentence or null}    `import llmentary` does not mean our package
#   {"is": "results", "results": [Result, ...]}
#   {"is": "running", "asks": [[id, seconds since its start, can be cancelled], ...]}
#       new long-running asks; also sent empty as a sign of life. Before a pause the seconds are negative.
#   {"is": "dropped", "ids": [...]}
#   {"is": "files", "files": {path: [mtime in ns, size], ...}}   the developer's modules as loaded


def encode(message: dict[str, Any]) -> bytes:
    """
    Return the message as one line.
    """
    return _ENCODER.encode(message).encode("ascii") + b"\n"


class Lines:
    """
    Cuts a byte stream into messages, however it was chunked; a line may be of any length.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """
        Yield each message that `data` completes.
        """
        head, newline, rest = data.partition(b"\n")
        self._parts.append(head)
        while newline:
            line = b"".join(self._parts)
            yield json.loads(line)
            head, newline, rest = rest.partition(b"\n")
            self._parts = [head]


_ENCODER = json.JSONEncoder(separators=(",", ":"))
