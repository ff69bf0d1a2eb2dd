"""
Make the fingerprint that is kept of an approved answer.
"""

from __future__ import annotations

from ._embedding_sketch import closeness, sketch
from ._json_answers import find_differences, read_json
from ._make import make_variant, open_body, seal_body, with_body, with_pins

__all__ = [
    "closeness",
    "find_differences",
    "make_variant",
    "open_body",
    "read_json",
    "seal_body",
    "sketch",
    "with_body",
    "with_pins",
]
