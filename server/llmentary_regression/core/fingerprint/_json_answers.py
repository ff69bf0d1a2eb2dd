"""
`@match json`: answers compared as trees, by structure and leaves, without keeping a key or value of them.

The approved tree is kept as hashes of keys and leaves; what differs is named by the new answer's own paths.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from llmentary_regression.core.baselines import (
    GRIDS,
    ArrayNode,
    LeafNode,
    Node,
    ObjectNode,
    cell_number,
    hash_key,
    is_number,
    leaf_content,
)
from llmentary_regression.core.crypto import SetHasher
from llmentary_regression.core.json import HIDDEN, covers, read_path, spell_path
from llmentary_regression.core.model import JsonValue, Match

_FENCED = re.compile(r"\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """
    One place where two trees differ. Memory only.
    """

    kind: str
    """`path`, `path-added` or `path-removed`."""
    path: str
    """In the new answer's keys; a key that only the approved answer had is a block."""

    def __repr__(self) -> str:
        return f"Difference({self.kind})"


def read_json(text: str, data: JsonValue, has_data: bool) -> tuple[bool, JsonValue]:
    """
    Return whether there is a JSON value, and the value: the callable's own, or what the text holds.
    """
    if has_data:
        return True, data
    fenced = _FENCED.fullmatch(text)
    try:
        return True, json.loads(fenced[1] if fenced else text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False, None


def find_differences(approved: Node, value: JsonValue, hasher: SetHasher, match: Match) -> list[Difference]:
    """
    Return where a new value differs from the approved tree, as `match` looks at it.
    """
    return list(_Differ(hasher, match).differ(approved, value, ()))


class _Differ:
    """
    One walk over an approved tree and a new value, with the settings of `@match json`.
    """

    def __init__(self, hasher: SetHasher, match: Match) -> None:
        self.hasher = hasher
        self.match = match
        self.ignored = [read_path(path) for path in match.ignore]

    def differ(self, approved: Node, value: JsonValue, path: tuple[str | int, ...]) -> Iterator[Difference]:
        if isinstance(approved, ObjectNode) and isinstance(value, dict):
            yield from self._differ_objects(approved, value, path)
        elif isinstance(approved, ArrayNode) and isinstance(value, list):
            if self.match.unordered:
                yield from self._differ_sets(approved, value, path)
            else:
                yield from self._differ_arrays(approved, value, path)
        elif not (isinstance(approved, LeafNode) and self._is_same_leaf(approved, value)):
            yield Difference("path", spell_path(path))

    def _differ_objects(
        self, approved: ObjectNode, value: dict[str, JsonValue], path: tuple[str | int, ...]
    ) -> Iterator[Difference]:
        left = dict(approved.members)
        for key, item in value.items():
            place = (*path, key)
            member = left.pop(hash_key(self.hasher, key), None)
            if self._is_ignored(place):
                continue
            if member is None:
                yield Difference("path-added", spell_path(place))
            else:
                yield from self.differ(member, item, place)
        ignored = {
            hash_key(self.hasher, rule[-1])
            for rule in self.ignored
            if isinstance(rule[-1], str) and len(rule) == len(path) + 1 and covers(rule[:-1], path)
        }
        for key_hash in left:
            if key_hash not in ignored and not self._is_ignored((*path, HIDDEN)):
                yield Difference("path-removed", spell_path((*path, HIDDEN)))

    def _differ_arrays(
        self, approved: ArrayNode, value: list[JsonValue], path: tuple[str | int, ...]
    ) -> Iterator[Difference]:
        for index, item in enumerate(value):
            place = (*path, index)
            if self._is_ignored(place):
                continue
            if index < len(approved.items):
                yield from self.differ(approved.items[index], item, place)
            else:
                yield Difference("path-added", spell_path(place))
        for index in range(len(value), len(approved.items)):
            if not self._is_ignored((*path, index)):
                yield Difference("path-removed", spell_path((*path, index)))

    def _differ_sets(
        self, approved: ArrayNode, value: list[JsonValue], path: tuple[str | int, ...]
    ) -> Iterator[Difference]:
        partner: dict[int, int] = {}
        equal = [
            [left for left, node in enumerate(approved.items) if self._is_same(node, item, (*path, index))]
            for index, item in enumerate(value)
        ]

        def find_partner(index: int, tried: set[int]) -> bool:
            for left in equal[index]:
                if left not in tried:
                    tried.add(left)
                    if left not in partner or find_partner(partner[left], tried):
                        partner[left] = index
                        return True
            return False

        for index in range(len(value)):
            if not find_partner(index, set()) and not self._is_ignored((*path, index)):
                kind = "path" if len(value) <= len(approved.items) else "path-added"
                yield Difference(kind, spell_path((*path, index)))
        if len(value) < len(approved.items):
            yield Difference("path-removed", spell_path((*path, HIDDEN)))

    def _is_same(self, approved: Node, value: JsonValue, path: tuple[str | int, ...]) -> bool:
        return next(self.differ(approved, value, path), None) is None

    def _is_same_leaf(self, approved: LeafNode, value: JsonValue) -> bool:
        if approved.content == self.hasher.leaf(leaf_content(value)):
            return True
        tolerance = self.match.tolerance
        if not tolerance or not approved.grids or not is_number(value):
            return False
        power = max(min(math.floor(math.log10(tolerance)) - 1, GRIDS[-1]), GRIDS[0])
        grid = approved.grids[power - GRIDS[0]]
        steps = min(round(tolerance / 10.0**power), 1000)
        middle = cell_number(value, power)
        return any(
            self.hasher.grid(f"{power}:{middle + step}") == grid
            for step in sorted(range(-steps, steps + 1), key=abs)
        )

    def _is_ignored(self, path: tuple[str | int, ...]) -> bool:
        return any(covers(rule, path) for rule in self.ignored)


def _refuse(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is not JSON")
