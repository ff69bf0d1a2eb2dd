"""
Ask cases, judge their answers, and stream the results.
"""

from __future__ import annotations

from ._approved import diff_of
from ._calibrate import MIN_REPEATS, Calibration, calibrate_cases, write_settings
from ._judging import Judging
from ._limits import RunLimits
from ._run import is_failing, run_cases, summarize
from ._run_sync import run_sync

__all__ = [
    "MIN_REPEATS",
    "Calibration",
    "Judging",
    "RunLimits",
    "calibrate_cases",
    "diff_of",
    "is_failing",
    "run_cases",
    "run_sync",
    "summarize",
    "write_settings",
]
