"""
The kind of data class for values that a run makes ten thousand times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        """Stand in for what only a type checker reads, and Python 3.10 does not have."""
        return lambda decorator: decorator


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
