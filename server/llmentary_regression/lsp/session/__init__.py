"""
What the server knows while it runs: projects, suites, runs, approvals, captures.
"""

from __future__ import annotations

from ._approvals import Approvals
from ._asking import (
    NotStarted,
    approve_in_background,
    carry_over_approval,
    find_approvable,
    judge_again,
    start_all,
    start_suite,
)
from ._baseline_renames import Renames
from ._code_watch import CodeWatch, suite_saved
from ._editor_settings import read_folder_settings, read_settings, take_settings
from ._inbox import TrainingInbox
from ._projects import Entry, OpenProject, Projects, close_projects, is_of_others
from ._requested_pins import read_pins
from ._runs import Debug, Run, Runs
from ._suites import Snapshot, Suites, SuiteState, place_of

__all__ = [
    "Approvals",
    "CodeWatch",
    "Debug",
    "Entry",
    "NotStarted",
    "OpenProject",
    "Projects",
    "Renames",
    "Run",
    "Runs",
    "Snapshot",
    "SuiteState",
    "Suites",
    "TrainingInbox",
    "approve_in_background",
    "carry_over_approval",
    "close_projects",
    "find_approvable",
    "is_of_others",
    "judge_again",
    "place_of",
    "read_folder_settings",
    "read_pins",
    "read_settings",
    "start_all",
    "start_suite",
    "suite_saved",
    "take_settings",
]
