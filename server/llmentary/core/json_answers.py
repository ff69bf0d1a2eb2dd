"""
`@match json`: answers compared as trees, by structure and leaves, without keeping a key or value of them.

The approved tree is kept as hashes of keys and leaves; what differs is named by the new answer's own paths.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from llmentary.core.hashing import VariantHasher
from llmentary.core.model import JsonValue, Match

_GRIDS = range(-9, 4)
"""Numbers are hashed rounded to these powers of ten, so that a tolerance can be applied later."""
_DEEPEST = 64
"""Below this depth a subtree is one leaf."""
_LEAF, _OBJECT, _ARRAY = 0, 1, 2
_FENCED = re.compile(r"\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\*|\d+)\]|\[\"([^\"]*)\"\]|\.\*")
_HIDDEN = "▇▇▇▇"


@dataclass(frozen=True, slots=True)
class LeafNode:
    """
    A scalar, an empty container, or whatever lies deeper than is looked.
    """

    content: int
    grids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectNode:
    """
    An object: its keys as hashes.
    """

    members: Mapping[int, Node]


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """
    An array, in order.
    """

    items: tuple[Node, ...]


Node: TypeAlias = "LeafNode | ObjectNode | ArrayNode"


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


def hash_tree(value: JsonValue, hasher: VariantHasher, depth: int = 0) -> Node:
    """
    Return a JSON value as a tree of hashes.
    """
    if depth < _DEEPEST:
        if isinstance(value, dict) and value:
            return ObjectNode(
                {_key(hasher, key): hash_tree(item, hasher, depth + 1) for key, item in value.items()}
            )
        if isinstance(value, list) and value:
            return ArrayNode(tuple(hash_tree(item, hasher, depth + 1) for item in value))
    grids = tuple(hasher.grid(_cell(value, power)) for power in _GRIDS) if _is_number(value) else ()
    return LeafNode(hasher.leaf(_content(value)), grids)


def find_differences(
    approved: Node, value: JsonValue, hasher: VariantHasher, match: Match
) -> list[Difference]:
    """
    Return where a new value differs from the approved tree, as `match` looks at it.
    """
    return list(_Differ(hasher, match).differ(approved, value, ()))


def to_bytes(node: Node) -> bytes:
    """
    Return a tree as bytes, for the sealed body.
    """
    if isinstance(node, LeafNode):
        grids = b"".join(grid.to_bytes(3, "little") for grid in node.grids)
        return struct.pack("<BQB", _LEAF, node.content, len(node.grids)) + grids
    if isinstance(node, ObjectNode):
        members = (struct.pack("<Q", key) + to_bytes(item) for key, item in node.members.items())
        return struct.pack("<BI", _OBJECT, len(node.members)) + b"".join(members)
    return struct.pack("<BI", _ARRAY, len(node.items)) + b"".join(map(to_bytes, node.items))


def from_bytes(data: bytes) -> Node:
    """
    Read a tree.

    Raises:
        struct.error: the bytes are no tree.
    """
    node, _ = _read(data, 0)
    return node


class _Differ:
    """
    One walk over an approved tree and a new value, with the settings of `@match json`.
    """

    def __init__(self, hasher: VariantHasher, match: Match) -> None:
        self.hasher = hasher
        self.match = match
        self.ignored = [_read_path(path) for path in match.ignore]

    def differ(self, approved: Node, value: JsonValue, path: tuple[str | int, ...]) -> Iterator[Difference]:
        if isinstance(approved, ObjectNode) and isinstance(value, dict):
            yield from self._differ_objects(approved, value, path)
        elif isinstance(approved, ArrayNode) and isinstance(value, list):
            if self.match.unordered:
                yield from self._differ_sets(approved, value, path)
            else:
                yield from self._differ_arrays(approved, value, path)
        elif not (isinstance(approved, LeafNode) and self._is_same_leaf(approved, value)):
            yield Difference("path", _spell(path))

    def _differ_objects(
        self, approved: ObjectNode, value: dict[str, JsonValue], path: tuple[str | int, ...]
    ) -> Iterator[Difference]:
        left = dict(approved.members)
        for key, item in value.items():
            place = (*path, key)
            member = left.pop(_key(self.hasher, key), None)
            if self._is_ignored(place):
                continue
            if member is None:
                yield Difference("path-added", _spell(place))
            else:
                yield from self.differ(member, item, place)
        ignored = {
            _key(self.hasher, rule[-1])
            for rule in self.ignored
            if isinstance(rule[-1], str) and len(rule) == len(path) + 1 and _covers(rule[:-1], path)
        }
        for key_hash in left:
            if key_hash not in ignored and not self._is_ignored((*path, _HIDDEN)):
                yield Difference("path-removed", _spell((*path, _HIDDEN)))

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
                yield Difference("path-added", _spell(place))
        for index in range(len(value), len(approved.items)):
            if not self._is_ignored((*path, index)):
                yield Difference("path-removed", _spell((*path, index)))

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
                yield Difference(kind, _spell((*path, index)))
        if len(value) < len(approved.items):
            yield Difference("path-removed", _spell((*path, _HIDDEN)))

    def _is_same(self, approved: Node, value: JsonValue, path: tuple[str | int, ...]) -> bool:
        return next(self.differ(approved, value, path), None) is None

    def _is_same_leaf(self, approved: LeafNode, value: JsonValue) -> bool:
        if approved.content == self.hasher.leaf(_content(value)):
            return True
        tolerance = self.match.tolerance
        if not tolerance or not approved.grids or not _is_number(value):
            return False
        power = max(min(math.floor(math.log10(tolerance)) - 1, _GRIDS[-1]), _GRIDS[0])
        grid = approved.grids[power - _GRIDS[0]]
        steps = min(round(tolerance / 10.0**power), 1000)
        middle = _cell_number(value, power)
        return any(
            self.hasher.grid(f"{power}:{middle + step}") == grid
            for step in sorted(range(-steps, steps + 1), key=abs)
        )

    def _is_ignored(self, path: tuple[str | int, ...]) -> bool:
        return any(_covers(rule, path) for rule in self.ignored)


def _covers(rule: Sequence[str | int | None], path: Sequence[str | int]) -> bool:
    """
    Tell whether a rule names a path; None in a rule stands for any key or index.
    """
    return len(rule) == len(path) and all(
        want is None or want == have for want, have in zip(rule, path, strict=True)
    )


def _read_path(path: str) -> tuple[str | int | None, ...]:
    steps: list[str | int | None] = []
    for match in _STEP.finditer(path.removeprefix("$")):
        key, index, quoted = match.groups()
        if index is not None:
            steps.append(None if index == "*" else int(index))
        else:
            steps.append(key if key is not None and key != "*" else quoted)
    return tuple(steps) or ("",)


def _spell(path: Sequence[str | int]) -> str:
    parts = ["$"]
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif re.fullmatch(r"[\w▇-]+", step):
            parts.append(f".{step}")
        else:
            parts.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


def _key(hasher: VariantHasher, key: object) -> int:
    return hasher.path(str(key))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _content(value: JsonValue) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _cell(value: JsonValue, power: int) -> str:
    return f"{power}:{_cell_number(value, power)}"


def _cell_number(value: object, power: int) -> int:
    assert isinstance(value, (int, float))
    return round(value / 10.0**power) if abs(value) < 1e250 else 0


def _refuse(constant: str) -> JsonValue:
    raise ValueError(f"{constant} is not JSON")


def _read(data: bytes, at: int) -> tuple[Node, int]:
    (tag,) = struct.unpack_from("<B", data, at)
    if tag == _LEAF:
        _, content, count = struct.unpack_from("<BQB", data, at)
        at += 10
        grids = tuple(
            int.from_bytes(data[place : place + 3], "little") for place in range(at, at + 3 * count, 3)
        )
        return LeafNode(content, grids), at + 3 * count
    _, count = struct.unpack_from("<BI", data, at)
    at += 5
    if tag == _ARRAY:
        items: list[Node] = []
        for _ in range(count):
            node, at = _read(data, at)
            items.append(node)
        return ArrayNode(tuple(items)), at
    members: dict[int, Node] = {}
    for _ in range(count):
        (key,) = struct.unpack_from("<Q", data, at)
        members[key], at = _read(data, at + 8)
    return ObjectNode(members), at
