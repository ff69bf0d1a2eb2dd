"""
Keys, keyed hashes and authenticated encryption (RFC 8439).
"""

from __future__ import annotations

from ._hashing import PIN_KEY_SIZE, PinHasher, SetHasher
from ._seal import (
    KEY_SIZE,
    NONCE_SIZE,
    ProjectKey,
    Root,
    SealError,
    digest,
    is_equal,
    seal,
    unseal,
    unwrap_root,
    wrap_root,
)

__all__ = [
    "KEY_SIZE",
    "NONCE_SIZE",
    "PIN_KEY_SIZE",
    "PinHasher",
    "ProjectKey",
    "Root",
    "SealError",
    "SetHasher",
    "digest",
    "is_equal",
    "seal",
    "unseal",
    "unwrap_root",
    "wrap_root",
]
