"""
Positions in a text, and the problems that the author should fix there.
"""

from __future__ import annotations

from dataclasses import dataclass

from ._values import Word


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """
    A position in a text, counted in code points.
    """

    line: int
    """Zero-based; lines end at \\n, \\r\\n or \\r and nowhere else."""
    column: int
    """Zero-based code points from the line's start."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """
    A half-open range of text.
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
    The replacement of a span by new text.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """
    A fix that an editor can offer.
    """

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """
    Something that the author should fix in a suite or in settings.
    """

    code: str
    """`LLM001`, ...; `docs/problems.md` explains each."""
    severity: Severity
    message: str
    span: Span | None = None
    origin: str = ""
    """The settings file, `environment`, `editor` or `interpreter`; empty for the suite that is read."""
    key: str = ""
    """The setting concerned, where there is one."""
    fix: Fix | None = None
