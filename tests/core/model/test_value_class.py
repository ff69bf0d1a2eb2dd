"""
The class of values that are made often.
"""

from __future__ import annotations

import pickle
from dataclasses import field, replace

import pytest

from llmentary_regression.core.model import value_class


@value_class
class Pair:
    left: int
    right: list[int] = field(default_factory=list)


@value_class
class Quiet:
    secret: str

    def __repr__(self) -> str:
        return "Quiet()"


def test_values_are_equal_and_hashed_by_their_fields() -> None:
    """As any value is."""
    assert Quiet("a") == Quiet("a") != Quiet("b")
    assert len({Quiet("a"), Quiet("a"), Quiet("b")}) == 2


def test_a_value_takes_defaults_and_is_copied_with_changes() -> None:
    """What `dataclasses` offers for data classes works."""
    first, other = Pair(1), Pair(1)

    first.right.append(2)

    assert other.right == []
    assert replace(first, left=3) == Pair(3, [2])
    assert pickle.loads(pickle.dumps(first)) == first


def test_a_value_has_no_room_for_further_attributes() -> None:
    """A slip of the pen is an error at run time too, and a value takes little memory."""
    with pytest.raises(AttributeError):
        Pair(1).middle = 2  # type: ignore[attr-defined]


def test_an_own_repr_is_kept() -> None:
    """So that an answer shows in no traceback."""
    assert repr(Quiet("a")) == "Quiet()"
