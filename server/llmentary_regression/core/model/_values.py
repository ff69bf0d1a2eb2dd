"""
Plain values that all others are built from, the kind of data class for frequent ones, and what goes with enumerations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        """Stand in for what only a type checker reads, and Python 3.10 does not have."""
        return lambda decorator: decorator


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


ClassT = TypeVar("ClassT", bound="type[Any]")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_class(cls: ClassT) -> ClassT:
    """
    Make a data class with slots that is frozen for the type checker, and compared and hashed by its fields.

    A data class that is frozen at run time takes ten times as long to set each field, which took a tenth of a
    run. So values made once per case or answer use this decorator; all others are plain frozen data classes.
    """
    made: Any = dataclass(slots=True, unsafe_hash=True)(cls)
    return made  # type: ignore[no-any-return]
