"""
A short, keyed likeness of an embedding: 512 signs under a secret rotation, with secret flips.

Without the variant's key the signs are noise; with it, two sketches give the angle between embeddings.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

BITS = 512


def sketch(embedding: Sequence[float], secret: bytes) -> bytes:
    """
    Return the sketch of an embedding, as 64 bytes.
    """
    size = len(embedding)
    row = (size + 7) // 8
    # Signs are as good as Gaussian directions here, and a hash gives them by the thousand.
    noise = hashlib.shake_256(secret + size.to_bytes(4, "little")).digest(BITS * row + BITS // 8)
    total = math.fsum(embedding)
    bits = 0
    for place in range(BITS):
        signs = int.from_bytes(noise[place * row : place * row + row], "little")
        chosen = math.fsum(value for index, value in enumerate(embedding) if signs >> index & 1)
        bits |= (2 * chosen >= total) << place
    flips = int.from_bytes(noise[-(BITS // 8) :], "little")
    return (bits ^ flips).to_bytes(BITS // 8, "little")


def closeness(left: bytes, right: bytes) -> float:
    """
    Return the estimated cosine between the embeddings of two sketches made under one secret.
    """
    distance = bin(int.from_bytes(left, "little") ^ int.from_bytes(right, "little")).count("1")
    return math.cos(math.pi * distance / BITS)
