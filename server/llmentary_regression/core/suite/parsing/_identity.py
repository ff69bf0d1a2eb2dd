"""
What makes a case the same case after it was moved: its name, or else its question, and its row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b

from llmentary_regression.core.model import Row, Turn


def case_key(name: str | None, turns: Sequence[Turn], row: Row | None) -> str:
    """
    Return 16 hexadecimal digits that stay the same wherever in the suite the case stands.

    A row counts by its names and values, in whatever order its columns stand.
    """
    identity: list[object]
    identity = ["name", name] if name is not None else ["turns", [[turn.role, turn.text] for turn in turns]]
    if row is not None:
        identity.append(dict(row.values))
    return blake2b(_to_json(identity).encode("ascii"), digest_size=8).hexdigest()


# One encoder for all keys: `json.dumps` with these options builds a new one for every call.
_to_json = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
