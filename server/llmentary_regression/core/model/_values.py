"""
Plain values that all others are made of.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


class Word(str, Enum):
    """
    An enumeration whose members are words: `str()` gives the word itself on every Python.
    """

    def __str__(self) -> str:
        return str(self.value)
