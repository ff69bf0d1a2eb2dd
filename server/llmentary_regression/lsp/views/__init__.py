"""
What the server shows: diagnostics, notifications, states of cases and projects.
"""

from __future__ import annotations

from ._case_states import TO_BE_APPROVED, describe_state, has_diff, is_pinnable, is_to_be_approved
from ._diagnostics import problem_diagnostic
from ._notifications import News, news_of
from ._problem_pages import ProblemPages
from ._project_status import Standing
from ._refresh_scheduler import Display

__all__ = [
    "TO_BE_APPROVED",
    "Display",
    "News",
    "ProblemPages",
    "Standing",
    "describe_state",
    "has_diff",
    "is_pinnable",
    "is_to_be_approved",
    "news_of",
    "problem_diagnostic",
]
