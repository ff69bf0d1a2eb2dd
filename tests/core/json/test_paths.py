"""
Paths into JSON values, as they are read and as they are shown.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.json import covers, read_path, spell_path


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("$.refund.days", ("refund", "days")),
        ("$.items[0].price", ("items", 0, "price")),
        ("$.items[*].price", ("items", None, "price")),
        ('$["a b"].*', ("a b", None)),
    ],
)
def test_a_path_is_read_step_by_step(path: str, steps: tuple[str | int | None, ...]) -> None:
    """A star stands for any key or index."""
    assert read_path(path) == steps


@pytest.mark.parametrize(
    ("steps", "shown"), [(("refund", 0), "$.refund[0]"), (("a b",), '$["a b"]'), ((), "$")]
)
def test_a_path_is_spelled_like_it_is_read(steps: tuple[str | int, ...], shown: str) -> None:
    """With quotes where a key needs them."""
    assert spell_path(steps) == shown


def test_a_rule_covers_paths_of_its_length() -> None:
    """And no deeper ones."""
    assert covers(("items", None), ("items", 3))
    assert not covers(("items", None), ("items", 3, "price"))
