"""
The type of the checks that the tests of the text pipeline share.
"""

from __future__ import annotations

from typing import Protocol


class CheckTexts(Protocol):
    """
    Checks how two texts compare.
    """

    def __call__(self, one: str, other: str, lang: str = ...) -> None: ...
