"""
Places in a text, and what the author should mend there.
"""

from __future__ import annotations

from dataclasses import dataclass

from ._values import Word


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """
    A place in a text, counted in code points.
    """

    line: int
    """Zero-based; lines end at \\n, \\r\\n or \\r and nowhere else."""
    column: int
    """Zero-based code points from the line's start."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """
    A half-open stretch of text.
    """

    start: Position
    end: Position


class Severity(Word):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Edit:
    """
    A replacement of one span by new text.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """
    A mend that an editor can offer.
    """

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Something the author should mend in a suite or in settings.
    """

    code: str
    """`LLM001` ...; each is explained in `docs/problems.md`."""
    severity: Severity
    message: str
    span: Span | None = None
    origin: str = ""
    """The settings file, `environment`, `editor` or `interpreter`; empty for the suite being read."""
    key: str = ""
    """The setting concerned, where there is one."""
    fix: Fix | None = None
