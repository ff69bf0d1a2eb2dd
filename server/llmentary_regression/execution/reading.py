"""
Read what a callable returned, in the process that called it, as a worker would.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from llmentary_regression.core.model import Answer
from llmentary_regression.execution.requests import read_answer
from llmentary_regression_worker import answer as reading
from llmentary_regression_worker.answer import BadAnswer
from llmentary_regression_worker.pieces import Joined

__all__ = ["BadAnswer", "Joined", "is_one_way_stream", "read_value"]


def read_value(value: Any, elapsed_s: float = 0.0) -> Answer:
    """
    Return the answer that a returned value holds.

    Raises:
        BadAnswer: there is none in it, or it is too large.
    """
    return read_answer(reading.read_answer(value), elapsed_s)


def is_one_way_stream(value: Any) -> bool:
    """
    Tell whether looking into a value would use it up.
    """
    return isinstance(value, (Iterator, AsyncIterator))
