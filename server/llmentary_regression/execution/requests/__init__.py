"""
What workers are asked, in which order and how fast.
"""

from __future__ import annotations

from ._executor import Executor
from ._jobs import CANCELLED, Budget, Job, Run
from ._rates import Rate, RateLimiter
from ._requests import Ask, Asked, answer_of, failure_of

__all__ = [
    "CANCELLED",
    "Ask",
    "Asked",
    "Budget",
    "Executor",
    "Job",
    "Rate",
    "RateLimiter",
    "Run",
    "answer_of",
    "failure_of",
]
