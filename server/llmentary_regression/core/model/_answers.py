"""
What the developer's callable returned, or why it returned nothing.

Both live in memory only: their texts may contain customer data.
"""

from __future__ import annotations

from dataclasses import dataclass

from ._values import JsonValue, Word, value_class


@value_class
class Answer:
    """
    What the callable returned. It lives in memory only and never appears in a log or traceback.
    """

    text: str
    data: JsonValue = None
    """The JSON value itself where the callable returned one."""
    has_data: bool = False
    model: str | None = None
    tokens: int | None = None
    """The number of tokens in the answer, if the callable reported it."""
    cost: float | None = None
    """In the currency that the callable reports."""
    elapsed_s: float = 0.0

    def __repr__(self) -> str:
        return f"Answer(<{len(self.text)} characters>)"


class FailureKind(Word):
    """
    How the developer's callable failed to give an answer.
    """

    NO_CALLABLE = "no-callable"
    """No callable is set."""
    NOT_IMPORTABLE = "not-importable"
    RAISED = "raised"
    TIMED_OUT = "timed-out"
    EXITED = "exited"
    """It ended its process: `sys.exit`, `os._exit`, a signal, a crash."""
    BAD_ANSWER = "bad-answer"
    """It returned nothing that can be read as an answer."""
    TOO_LARGE = "too-large"
    INTERPRETER = "interpreter"
    """The worker's Python could not be started."""
    REGEX = "regex"
    """A `@mask` or `matches` expression is broken or took too long."""
    JUDGE = "judge"
    """A judge, a JSON schema or an embedding could not be used."""
    BASELINE = "baseline"
    """The baseline or its key could not be used."""
    INTERNAL = "internal"
    """llmentary itself failed; this should be reported."""
    CANCELLED = "cancelled"
    MAX_COST = "max-cost"
    """It was not asked: the answers before it had used up the allowed cost."""


@dataclass(frozen=True, slots=True)
class Frame:
    """
    One line of the developer's own traceback.
    """

    path: str
    line: int
    """One-based."""
    function: str
    source: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Failure:
    """
    Why there is no answer. Memory only: its texts may quote one.
    """

    kind: FailureKind
    message: str
    """One sentence: the thing, the reason, the next step."""
    frames: tuple[Frame, ...] = ()
    """The developer's own frames, outermost first, without those of libraries and llmentary."""
    output: str = ""
    """The end of what the callable printed, of limited length."""
    retry_after_s: float | None = None

    def __repr__(self) -> str:
        return f"Failure({self.kind})"
