"""
Make the fingerprint that is kept of an approved answer.
"""

from __future__ import annotations

from ._embedding_sketch import closeness, sketch
from ._json_answers import find_differences, read_json
from ._make import Fingerprint, make_fingerprint, open_examples, seal_examples, with_pins

__all__ = [
    "Fingerprint",
    "closeness",
    "find_differences",
    "make_fingerprint",
    "open_examples",
    "read_json",
    "seal_examples",
    "sketch",
    "with_pins",
]
