"""
What is kept of approved answers, as values and as bytes: baselines, their examples, sealed bodies.
"""

from __future__ import annotations

from ._baseline import Baseline, DocumentError, Example
from ._binding import is_authentic, mask_digest, new_baseline, rebind_baseline, unbound_baseline, with_mac
from ._body import (
    KIND_MASK,
    NO_PINS,
    Body,
    BodyError,
    Phrase,
    Pin,
    PinSet,
    bodies_from_bytes,
    bodies_to_bytes,
    mark,
)
from ._json_tree import (
    GRIDS,
    ArrayNode,
    LeafNode,
    Node,
    ObjectNode,
    cell_number,
    from_bytes,
    hash_key,
    hash_tree,
    is_number,
    leaf_content,
    to_bytes,
)

__all__ = [
    "GRIDS",
    "KIND_MASK",
    "NO_PINS",
    "ArrayNode",
    "Baseline",
    "Body",
    "BodyError",
    "DocumentError",
    "Example",
    "LeafNode",
    "Node",
    "ObjectNode",
    "Phrase",
    "Pin",
    "PinSet",
    "bodies_from_bytes",
    "bodies_to_bytes",
    "cell_number",
    "from_bytes",
    "hash_key",
    "hash_tree",
    "is_authentic",
    "is_number",
    "leaf_content",
    "mark",
    "mask_digest",
    "new_baseline",
    "rebind_baseline",
    "to_bytes",
    "unbound_baseline",
    "with_mac",
]
