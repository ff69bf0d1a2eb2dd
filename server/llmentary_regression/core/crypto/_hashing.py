"""
The keyed hashes of one set of approved examples: numbers that only its key can make again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ._seal import Root, digest

if TYPE_CHECKING:
    from llmentary_regression.core.model import TokenKind

DIGEST_SIZE = 16
PIN_KEY_SIZE = 16


class SetHasher:
    """
    Hashes under the key of one set of approved examples, derived from the root and the baseline's id.

    A class because deriving the key costs as much as a digest, and every use has its own label.
    """

    __slots__ = ("_facts", "_key", "_words")

    def __init__(self, root: Root, baseline_id: bytes) -> None:
        self._key = digest(root.secret, baseline_id, label=b"set")
        self._words: hashlib.blake2b | None = None
        self._facts: hashlib.blake2b | None = None

    def exact(self, text: str) -> bytes:
        """
        Return the digest of a text as it is.
        """
        return hashlib.blake2b(
            text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=DIGEST_SIZE, person=b"exact"
        ).digest()

    def norm(self, canonical: str) -> bytes:
        """
        Return the digest of a text's canonical tokens.
        """
        return hashlib.blake2b(
            canonical.encode("utf-8", "surrogatepass"), key=self._key, digest_size=DIGEST_SIZE, person=b"norm"
        ).digest()

    def words(self, forms: Iterable[str]) -> list[int]:
        """
        Return the 24-bit hash of each token.
        """
        if self._words is None:
            self._words = hashlib.blake2b(key=self._key, digest_size=3, person=b"word")
        copy, from_bytes = self._words.copy, int.from_bytes
        known: dict[str, int] = {}
        hashes: list[int] = []
        for form in forms:
            value = known.get(form)
            if value is None:
                hasher = copy()
                hasher.update(form.encode() if form.isascii() else form.encode("utf-8", "surrogatepass"))
                value = known[form] = from_bytes(hasher.digest(), "little")
            hashes.append(value)
        return hashes

    def fact(self, kind: TokenKind, form: str) -> int:
        """
        Return the 32-bit hash of a fact.
        """
        if self._facts is None:
            self._facts = hashlib.blake2b(key=self._key, digest_size=4, person=b"fact")
        hasher = self._facts.copy()
        hasher.update(bytes((kind,)) + form.encode("utf-8", "surrogatepass"))
        return int.from_bytes(hasher.digest(), "little")

    def path(self, path: str) -> int:
        """
        Return the 64-bit hash of a JSON path.
        """
        return self._labeled(b"path", path, 8)

    def leaf(self, content: str) -> int:
        """
        Return the 64-bit hash of a JSON value.
        """
        return self._labeled(b"leaf", content, 8)

    def grid(self, cell: str) -> int:
        """
        Return the 24-bit hash of a rounded JSON number.
        """
        return self._labeled(b"grid", cell, 3)

    def secret(self, label: bytes) -> bytes:
        """
        Return 32 secret bytes for another use, such as the rotation of an embedding.
        """
        return digest(self._key, label=label)

    def pin_key(self) -> bytes:
        """
        Return the key under which the set's pins are hashed, unless it takes over those of another.
        """
        return self.secret(b"pins")[:PIN_KEY_SIZE]

    def _labeled(self, label: bytes, text: str, size: int) -> int:
        data = text.encode("utf-8", "surrogatepass")
        return int.from_bytes(
            hashlib.blake2b(data, key=self._key, digest_size=size, person=label).digest(), "little"
        )


class PinHasher:
    """
    Hashes the words of pins.

    Their key does not derive from the set but lies beside the pins in the sealed part: so pins, aliases
    included, move on to the next approved answer, although nobody has their words any more.
    """

    __slots__ = ("_base", "_known")

    def __init__(self, key: bytes) -> None:
        self._base = hashlib.blake2b(key=key, digest_size=4, person=b"pin")
        self._known: dict[str, int] = {}

    def pin(self, forms: Sequence[str]) -> tuple[int, ...]:
        """
        Return the 32-bit hashes of a phrase's words.
        """
        return tuple(map(self._hash, forms))

    def _hash(self, form: str) -> int:
        value = self._known.get(form)
        if value is None:
            hasher = self._base.copy()
            hasher.update(form.encode("utf-8", "surrogatepass"))
            value = self._known[form] = int.from_bytes(hasher.digest(), "little")
        return value
