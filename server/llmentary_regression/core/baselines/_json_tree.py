"""
A JSON value as a tree of keyed hashes, in memory and as bytes: no key or value of it is kept.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from llmentary_regression.core.crypto import SetHasher
from llmentary_regression.core.model import JsonValue

GRIDS = range(-9, 4)
"""Numbers are hashed rounded to these powers of ten, so that a tolerance can be applied later."""
_DEEPEST = 64
"""Below this depth a subtree is one leaf."""
_LEAF, _OBJECT, _ARRAY = 0, 1, 2


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


def hash_tree(value: JsonValue, hasher: SetHasher, depth: int = 0) -> Node:
    """
    Return a JSON value as a tree of hashes.
    """
    if depth < _DEEPEST:
        if isinstance(value, dict) and value:
            return ObjectNode(
                {hash_key(hasher, key): hash_tree(item, hasher, depth + 1) for key, item in value.items()}
            )
        if isinstance(value, list) and value:
            return ArrayNode(tuple(hash_tree(item, hasher, depth + 1) for item in value))
    grids = tuple(hasher.grid(_cell(value, power)) for power in GRIDS) if is_number(value) else ()
    return LeafNode(hasher.leaf(leaf_content(value)), grids)


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


def hash_key(hasher: SetHasher, key: object) -> int:
    """
    Return the hash of a member's key.
    """
    return hasher.path(str(key))


def is_number(value: object) -> bool:
    """
    Return whether a value is a finite number, and no truth value.
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def leaf_content(value: JsonValue) -> str:
    """
    Return the one spelling under which a leaf is hashed: `1.0` is `1`.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=True)


def _cell(value: JsonValue, power: int) -> str:
    return f"{power}:{cell_number(value, power)}"


def cell_number(value: object, power: int) -> int:
    """
    Return a number rounded to a power of ten, counted in it.
    """
    assert isinstance(value, (int, float))
    return round(value / 10.0**power) if abs(value) < 1e250 else 0


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
