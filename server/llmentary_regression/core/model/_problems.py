"""
Positions in a text, the problems that an author should fix there, and the codes of all problems.

`docs/problems.md` explains every code.
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


class ProblemCode(Word):
    """
    The stable name of one kind of problem; a code is never reused for another problem.
    """

    UNKNOWN_SETTING = "LLM001"
    BAD_VALUE = "LLM002"
    SETTING_AFTER_QUESTION = "LLM003"
    SETTING_NOT_HERE = "LLM004"
    SETTING_REPEATED = "LLM005"
    SETTING_IN_TEXT = "LLM006"
    LOOKS_LIKE_A_MISTAKE = "LLM007"
    HEAD_WITHOUT_BLANK_LINE = "LLM008"
    HEADER_WITH_MANY_NAMES = "LLM009"
    COLONS_IN_NAME = "LLM010"
    EMPTY_TAG = "LLM011"
    NAME_TAKEN = "LLM012"
    QUESTION_REPEATED = "LLM013"
    NO_QUESTION = "LLM014"
    TEXT_BEFORE_TURN = "LLM015"
    LAST_TURN_IS_NO_QUESTION = "LLM016"
    EMPTY_TURN = "LLM017"
    ALMOST_A_TURN = "LLM018"
    QUOTE_NOT_CLOSED = "LLM019"
    TEXT_AFTER_QUOTE = "LLM020"
    ROW_WITHOUT_PARAMS = "LLM021"
    NO_ROWS = "LLM022"
    BAD_HEADING = "LLM023"
    RAGGED_ROW = "LLM024"
    PARAMS_FILE = "LLM025"
    ALMOST_A_PARAM = "LLM026"
    BINARY = "LLM027"
    EMPTY_SUITE = "LLM028"
    TOO_MUCH_TEXT = "LLM029"
    TOO_MANY_PROBLEMS = "LLM030"
    LOST_CHARACTER = "LLM031"

    UNKNOWN_KEY = "LLM101"
    BAD_KEY_VALUE = "LLM102"
    KEY_NOT_HERE = "LLM103"
    UNREADABLE_SETTINGS = "LLM104"

    FOREIGN_IMPORT_NAME = "LLM201"

    @property
    def severity(self) -> Severity:
        """
        Return the severity; a code that is in none of the lists below is an error.
        """
        if self in _WARNINGS:
            return Severity.WARNING
        if self in _INFORMATION:
            return Severity.INFORMATION
        return Severity.HINT if self in _HINTS else Severity.ERROR


_WARNINGS = frozenset(
    {
        ProblemCode.SETTING_REPEATED,
        ProblemCode.SETTING_IN_TEXT,
        ProblemCode.LOOKS_LIKE_A_MISTAKE,
        ProblemCode.EMPTY_TAG,
        ProblemCode.EMPTY_TURN,
        ProblemCode.ALMOST_A_TURN,
        ProblemCode.ALMOST_A_PARAM,
        ProblemCode.LOST_CHARACTER,
        ProblemCode.FOREIGN_IMPORT_NAME,
    }
)
_INFORMATION = frozenset({ProblemCode.EMPTY_SUITE, ProblemCode.TOO_MANY_PROBLEMS})
_HINTS = frozenset({ProblemCode.HEAD_WITHOUT_BLANK_LINE})
