"""
The types of what the tests of storage are given.
"""

from __future__ import annotations

from typing import Protocol

from llmentary_regression.core.baselines import Baseline, Example


class MakeExample(Protocol):
    """
    Makes examples that differ by one number.
    """

    def __call__(self, seed: int = ..., approved: str = ..., by: str = ...) -> Example: ...


class MakeBaseline(Protocol):
    """
    Makes baselines; the number decides the key and, unless given, the random id.
    """

    def __call__(
        self,
        number: int = ...,
        *,
        id: int | None = ...,
        examples: tuple[Example, ...] = ...,
        suite: str = ...,
    ) -> Baseline: ...
