"""
What the server shows: diagnostics, notifications, states of cases and projects.
"""

from __future__ import annotations

from ._case_states import AWAITING_APPROVAL, describe_state, has_diff, is_pinnable, is_to_be_approved
from ._diagnostics import ProblemPages, problem_diagnostic
from ._notifications import Notifications, case_update
from ._project_status import ProjectStatus
from ._refresh_scheduler import RefreshScheduler

__all__ = [
    "AWAITING_APPROVAL",
    "Notifications",
    "ProblemPages",
    "ProjectStatus",
    "RefreshScheduler",
    "case_update",
    "describe_state",
    "has_diff",
    "is_pinnable",
    "is_to_be_approved",
    "problem_diagnostic",
]
