"""
What the server keeps in memory: projects, suites, runs, approvals and captured answers.
"""

from __future__ import annotations

from ._approvals import (
    Approvals,
    approve_in_background,
    carry_over_approval,
    find_approvable,
    judge_again,
)
from ._baseline_renames import BaselineRenames
from ._code_watch import CodeWatch, suite_saved
from ._editor_settings import apply_settings, read_folder_settings, read_settings
from ._inbox import TrainingInbox
from ._projects import OpenProject, ProjectOpener, Projects, Trust, close_projects, is_third_party
from ._runs import Debug, Run, Runs
from ._start_runs import NotStarted, start_all, start_suite
from ._suites import Snapshot, Suites, SuiteState, verdict_span

__all__ = [
    "Approvals",
    "BaselineRenames",
    "CodeWatch",
    "Debug",
    "NotStarted",
    "OpenProject",
    "ProjectOpener",
    "Projects",
    "Run",
    "Runs",
    "Snapshot",
    "SuiteState",
    "Suites",
    "TrainingInbox",
    "Trust",
    "apply_settings",
    "approve_in_background",
    "carry_over_approval",
    "close_projects",
    "find_approvable",
    "is_third_party",
    "judge_again",
    "read_folder_settings",
    "read_settings",
    "start_all",
    "start_suite",
    "suite_saved",
    "verdict_span",
]
