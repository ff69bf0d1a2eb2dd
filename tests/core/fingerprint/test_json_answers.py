"""
`@match json`: what differs, by path, with each setting.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from llmentary_regression.core.baselines import from_bytes, hash_tree, to_bytes
from llmentary_regression.core.crypto import Root, SetHasher
from llmentary_regression.core.fingerprint import find_differences, read_json
from llmentary_regression.core.model import JsonValue, Match, MatchMode

HASHER = SetHasher(Root("r1", bytes(32)), bytes(16))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def check(approved: JsonValue, now: JsonValue, paths: list[str], **match: object) -> None:
    tree = from_bytes(to_bytes(hash_tree(approved, HASHER)))
    found = find_differences(tree, now, HASHER, Match(MatchMode.JSON, **match))  # type: ignore[arg-type]
    assert [one.path for one in found] == paths


def test_the_order_of_keys_does_not_count() -> None:
    """Objects are sets of members."""
    check({"a": 1, "b": 2}, {"b": 2, "a": 1}, [])


def test_a_changed_leaf_is_named_by_its_path() -> None:
    """Keys and positions as in the new answer."""
    check({"refund": {"days": [30, 60]}}, {"refund": {"days": [30, 14]}}, ["$.refund.days[1]"])


def test_types_are_told_apart() -> None:
    """`1` is neither `"1"` nor true, but it is 1.0."""
    check([1, 1, 1], ["1", True, 1.0], ["$[0]", "$[1]"])


def test_added_and_removed_members_are_named() -> None:
    """A key that only the approved answer had stays hidden."""
    check({"a": 1, "secret": 2}, {"a": 1, "b c": 2}, ['$["b c"]', "$.▇▇▇▇"])
    check([1, 2, 3], [1], ["$[1]", "$[2]"])


def test_ignored_paths_may_differ_or_be_missing() -> None:
    """Whole subtrees, and every element by `[*]`."""
    check({"id": 1, "x": 2}, {"id": 9, "x": 2}, [], ignore=("$.id",))
    check({"id": {"a": 1}, "x": 2}, {"x": 2}, [], ignore=("$.id",))
    check({"items": [{"id": 1}, {"id": 2}]}, {"items": [{"id": 3}, {}]}, [], ignore=("$.items[*].id",))
    check({"id": 1, "x": 2}, {"id": 9, "x": 3}, ["$.x"], ignore=("$.id",))


def test_numbers_within_the_tolerance_are_equal() -> None:
    """Up to the tolerance and not beyond."""
    check({"p": 5.0}, {"p": 5.1}, [], tolerance=0.1)
    check({"p": 5.0}, {"p": 5.12}, ["$.p"], tolerance=0.1)
    check({"p": 100}, {"p": 101}, [], tolerance=1)
    check({"p": 100}, {"p": 102}, ["$.p"], tolerance=1)
    check({"p": 0.3}, {"p": 0.30000000000000004}, [], tolerance=1e-6)


def test_arrays_may_be_unordered() -> None:
    """Elements are matched as wholes: their leaves cannot be mixed."""
    check([1, 2, 2], [2, 1, 2], [], unordered=True)
    check([1, 2, 2], [2, 1, 1], ["$[2]"], unordered=True)
    check([{"a": 1, "b": 2}, {"a": 3, "b": 4}], [{"a": 3, "b": 4}, {"a": 1, "b": 2}], [], unordered=True)
    check(
        [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
        [{"a": 1, "b": 4}, {"a": 3, "b": 2}],
        ["$[0]", "$[1]"],
        unordered=True,
    )


@settings(deadline=None)
@given(JSON)
def test_a_value_equals_itself(value: JsonValue) -> None:
    """Through hashes and bytes, in both orders of arrays."""
    check(value, value, [])
    check(value, value, [], unordered=True)


@settings(deadline=None)
@given(JSON, JSON)
def test_values_that_differ_are_told_apart(one: JsonValue, other: JsonValue) -> None:
    """Equality is that of JSON."""
    tree = hash_tree(one, HASHER)
    found = find_differences(tree, other, HASHER, Match(MatchMode.JSON))

    assert bool(found) == (to_bytes(tree) != to_bytes(hash_tree(other, HASHER)) and not _same(one, other))


def test_text_is_read_as_json_within_a_fence_as_well() -> None:
    """Models like to frame it."""
    assert read_json('```json\n{"a": 1}\n```', None, False) == (True, {"a": 1})
    assert read_json("The answer is 1.", None, False) == (False, None)
    assert read_json("NaN", None, False) == (False, None)


def test_deep_nesting_is_no_trouble() -> None:
    """Below some depth a subtree is one leaf."""
    deep: JsonValue = 1
    for _ in range(200):
        deep = [deep]

    check(deep, deep, [])


def _same(one: JsonValue, other: JsonValue) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other
