"""
Plain values that all others are built from, and what goes with enumerations.
"""

from __future__ import annotations

from enum import Enum
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


class Word(str, Enum):
    """
    An enumeration whose members are words; `str()` returns the word on every Python version.
    """

    def __str__(self) -> str:
        return str(self.value)


def assert_never(value: NoReturn) -> NoReturn:
    """
    Fail where no member of an enumeration can be left; a type checker reports a member that is.
    """
    raise AssertionError(f"{value!r} is not handled")
