"""
What workers are asked, in which order and how fast.
"""

from __future__ import annotations

from ._executor import Executor
from ._jobs import CANCELLED, Gate, Job, Run
from ._pacing import Pace, Rate
from ._requests import Ask, Asked, answer_of, failure_of

__all__ = [
    "CANCELLED",
    "Ask",
    "Asked",
    "Executor",
    "Gate",
    "Job",
    "Pace",
    "Rate",
    "Run",
    "answer_of",
    "failure_of",
]
