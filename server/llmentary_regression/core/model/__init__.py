"""
The values that all floors use: problems, suites, cases, answers, verdicts.
"""

from __future__ import annotations

from ._answers import Answer, Failure, FailureKind, Frame
from ._expectations import Expectation, ExpectKind, Regex, in_quotes
from ._problems import Edit, Fix, Position, Problem, ProblemCode, Severity, Span
from ._reasons import Reason
from ._settings import CaseSettings, Match, MatchMode, Privacy, ProjectSettings, Unsure
from ._suites import Case, CaseId, Role, Row, SettingEntry, Suite, Turn
from ._token_kinds import TokenKind
from ._values import JsonValue, Word, assert_never, value_class
from ._verdicts import CaseResult, Evidence, Verdict, VerdictKind, count_of

__all__ = [
    "Answer",
    "Case",
    "CaseId",
    "CaseResult",
    "CaseSettings",
    "Edit",
    "Evidence",
    "ExpectKind",
    "Expectation",
    "Failure",
    "FailureKind",
    "Fix",
    "Frame",
    "JsonValue",
    "Match",
    "MatchMode",
    "Position",
    "Privacy",
    "Problem",
    "ProblemCode",
    "ProjectSettings",
    "Reason",
    "Regex",
    "Role",
    "Row",
    "SettingEntry",
    "Severity",
    "Span",
    "Suite",
    "TokenKind",
    "Turn",
    "Unsure",
    "Verdict",
    "VerdictKind",
    "Word",
    "assert_never",
    "count_of",
    "in_quotes",
    "value_class",
]
