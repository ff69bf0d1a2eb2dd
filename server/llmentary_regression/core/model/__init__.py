"""
The values that every floor speaks of: problems, suites, cases, answers, verdicts.

Values only: frozen, compared by content, without behaviour beyond their own reading.
"""

from llmentary_regression.core.model.answers import Answer, Failure, FailureKind, Frame
from llmentary_regression.core.model.expectations import Expectation, ExpectKind, Regex, in_quotes
from llmentary_regression.core.model.problems import Edit, Fix, Position, Problem, Severity, Span
from llmentary_regression.core.model.settings import (
    CaseSettings,
    Match,
    MatchMode,
    Privacy,
    ProjectSettings,
    Reworded,
)
from llmentary_regression.core.model.suites import Case, Role, Row, SettingEntry, Suite, Turn
from llmentary_regression.core.model.values import JsonValue, Word
from llmentary_regression.core.model.verdicts import CaseResult, Evidence, Verdict, VerdictKind

__all__ = [
    "Answer",
    "Case",
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
    "ProjectSettings",
    "Regex",
    "Reworded",
    "Role",
    "Row",
    "SettingEntry",
    "Severity",
    "Span",
    "Suite",
    "Turn",
    "Verdict",
    "VerdictKind",
    "Word",
    "in_quotes",
]
