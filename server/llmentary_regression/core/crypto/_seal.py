"""
Keys and seals: the project key, the roots it opens, and authenticated encryption by RFC 8439.

No cipher of our own: `cryptography` does the work, or `core/crypto/_chacha20poly1305.py` where it is not installed.
Randomness is never taken here; nonces arrive as arguments.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from llmentary_regression.core.model import JsonValue

KEY_SIZE = 32
NONCE_SIZE = 12


class SealError(ValueError):
    """
    A sealed text cannot be opened: another key, or it was altered.
    """


@dataclass(frozen=True, slots=True, repr=False)
class ProjectKey:
    """
    The 32 random bytes that open a project's keyring.

    A class of its own so that no log, traceback or `repr` can show the bytes.
    """

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_SIZE:
            raise ValueError(f"a project key has exactly {KEY_SIZE} bytes, not {len(self.secret)}")

    @property
    def id(self) -> str:
        """
        Return a short public name of the key, by which copies of it are found.
        """
        return digest(self.secret, b"", label=b"key id", size=8).hex()

    @classmethod
    def from_bytes(cls, secret: bytes) -> ProjectKey:
        """
        Return the key that holds these 32 bytes.

        Raises:
            ValueError: they are not 32.
        """
        return cls(secret)

    @classmethod
    def from_text(cls, text: str) -> ProjectKey:
        """
        Read a key from base64.

        Raises:
            ValueError: it is not strict base64 of exactly 32 bytes.
        """
        try:
            secret = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError) as exc:
            raise ValueError("a project key is base64 text") from exc
        return cls(secret)

    def to_text(self) -> str:
        """
        Return the key as base64, for the key file.
        """
        return base64.b64encode(self.secret).decode("ascii")

    def __repr__(self) -> str:
        return f"ProjectKey({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class Root:
    """
    The secret that fingerprints derive from; the keyring holds it wrapped under the project key.
    """

    id: str
    """`r1`, `r2` ... in the order of rotation."""
    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_SIZE:
            raise ValueError(f"a key has exactly {KEY_SIZE} bytes, not {len(self.secret)}")

    def __repr__(self) -> str:
        return f"Root({self.id})"


def digest(secret: bytes, *parts: bytes, label: bytes, size: int = 32) -> bytes:
    """
    Return keyed BLAKE2b over `parts`, whose ends cannot be confused; `label` separates the uses of a secret.
    """
    hasher = _keyed(secret, label, size).copy()
    hasher.update(b"".join([len(part).to_bytes(8, "little") + part for part in parts]))
    return hasher.digest()


@lru_cache(maxsize=16)
def _keyed(secret: bytes, label: bytes, size: int) -> hashlib.blake2b:
    """
    Return the hash of nothing under a key: taking the key in takes as long as hashing what is short.
    """
    return hashlib.blake2b(key=secret, digest_size=size, person=label)


def is_equal(left: bytes, right: bytes) -> bool:
    """
    Compare two digests in constant time.
    """
    return hmac.compare_digest(left, right)


def seal(key: bytes, plaintext: bytes, *, nonce: bytes, associated: bytes) -> bytes:
    """
    Return `plaintext` encrypted and authenticated, `associated` authenticated with it. Never reuse a nonce.
    """
    try:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    except ImportError:
        from . import _chacha20poly1305 as chacha20poly1305

        return chacha20poly1305.encrypt(key, nonce, plaintext, associated)
    return ChaCha20Poly1305(key).encrypt(nonce, plaintext, associated)


def unseal(key: bytes, sealed: bytes, *, nonce: bytes, associated: bytes) -> bytes:
    """
    Return the plaintext of `sealed`.

    Raises:
        SealError: the key is another, or something was altered.
    """
    try:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
    except ImportError:
        from . import _chacha20poly1305 as chacha20poly1305

        try:
            return chacha20poly1305.decrypt(key, nonce, sealed, associated)
        except chacha20poly1305.TagError as exc:
            raise SealError("the seal does not open with this key") from exc
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, associated)
    except InvalidTag as exc:
        raise SealError("the seal does not open with this key") from exc


def wrap_root(root: Root, key: ProjectKey, *, nonce: bytes) -> dict[str, JsonValue]:
    """
    Return the keyring's document of a root: its id and its secret, sealed under the project key.
    """
    sealed = seal(_wrapping_key(key), root.secret, nonce=nonce, associated=_wrapping_name(root.id))
    return {"id": root.id, "wrapped": base64.b64encode(nonce + sealed).decode("ascii")}


def unwrap_root(document: Mapping[str, object], key: ProjectKey) -> Root | None:
    """
    Return the root of a keyring document, or None if this key does not open it.

    Raises:
        ValueError: the document is no wrapped root at all.
    """
    identifier, wrapped = document.get("id"), document.get("wrapped")
    if not isinstance(identifier, str) or not isinstance(wrapped, str):
        raise ValueError("a wrapped root has an `id` and a `wrapped` text")
    try:
        data = base64.b64decode(wrapped, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise ValueError("`wrapped` is not base64") from exc
    nonce, sealed = data[:NONCE_SIZE], data[NONCE_SIZE:]
    if len(nonce) != NONCE_SIZE:
        raise ValueError("`wrapped` is too short")
    try:
        secret = unseal(_wrapping_key(key), sealed, nonce=nonce, associated=_wrapping_name(identifier))
    except SealError:
        return None
    return Root(identifier, secret)


def _wrapping_key(key: ProjectKey) -> bytes:
    return digest(key.secret, label=b"wrap root")


def _wrapping_name(identifier: str) -> bytes:
    return b"llmentary root " + identifier.encode("utf-8")
