"""
What is kept of approved answers, as values and as bytes: baselines, their examples, sealed bodies.
"""

from __future__ import annotations

from ._baseline import Baseline, DocumentError, Variant
from ._binding import is_authentic, mask_digest, new_baseline, rebind_baseline, unbound_baseline
from ._body import (
    KIND_MASK,
    NO_PINS,
    Body,
    BodyError,
    Phrase,
    Pin,
    PinSet,
    body_from_bytes,
    body_to_bytes,
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
    "LeafNode",
    "Node",
    "ObjectNode",
    "Phrase",
    "Pin",
    "PinSet",
    "Variant",
    "body_from_bytes",
    "body_to_bytes",
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
]
