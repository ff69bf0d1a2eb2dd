"""
Ask cases, judge their answers, and stream the results.
"""

from __future__ import annotations

from ._approved import diff_of
from ._calibrate import FEWEST, Calibration, calibrate_cases, write_settings
from ._judging import Judging
from ._limits import RunLimits
from ._run import is_failing, run_cases, summarize
from ._run_sync import run_apart

__all__ = [
    "FEWEST",
    "Calibration",
    "Judging",
    "RunLimits",
    "calibrate_cases",
    "diff_of",
    "is_failing",
    "run_apart",
    "run_cases",
    "summarize",
    "write_settings",
]
