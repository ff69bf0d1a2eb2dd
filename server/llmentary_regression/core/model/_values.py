"""
Plain values that all others are made of.
"""

from __future__ import annotations

from enum import Enum
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


class Word(str, Enum):
    """
    An enumeration whose members are words: `str()` gives the word itself on every Python.
    """

    def __str__(self) -> str:
        return str(self.value)


def assert_never(value: NoReturn) -> NoReturn:
    """
    Stand where every member of an enumeration has been handled; a type checker finds the one that has not.
    """
    raise AssertionError(f"{value!r} is not handled")
