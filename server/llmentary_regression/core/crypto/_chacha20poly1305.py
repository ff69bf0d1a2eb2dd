"""
ChaCha20-Poly1305 in plain Python, to the letter of RFC 8439, where compiled code cannot be carried along.

`core/crypto/_seal.py` prefers `cryptography`; this module only has to agree with it. It is not written to run in
constant time: it opens the user's own baselines on the user's own machine.
"""

from __future__ import annotations

import hmac
import struct

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16

_CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")
_MASK = 0xFFFFFFFF
_PRIME = (1 << 130) - 5
_CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF


class TagError(ValueError):
    """
    The tag does not belong to this key, nonce, text and associated data.
    """


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """
    Return the ciphertext of `plaintext`, followed by its 16-byte tag.
    """
    _check_sizes(key, nonce)
    ciphertext = chacha20(key, 1, nonce, plaintext)
    return ciphertext + _tag(key, nonce, ciphertext, associated)


def decrypt(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """
    Return the plaintext of `sealed`.

    Raises:
        TagError: anything was altered, or the key is another.
    """
    _check_sizes(key, nonce)
    if len(sealed) < TAG_SIZE:
        raise TagError("shorter than a tag")
    ciphertext, tag = sealed[:-TAG_SIZE], sealed[-TAG_SIZE:]
    if not hmac.compare_digest(tag, _tag(key, nonce, ciphertext, associated)):
        raise TagError("the tag does not match")
    return chacha20(key, 1, nonce, ciphertext)


def chacha20(key: bytes, counter: int, nonce: bytes, data: bytes) -> bytes:
    """
    Return `data` XORed with the key stream that starts at block `counter` (RFC 8439, 2.4).
    """
    state = [*_CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    stream = bytearray()
    for block in range((len(data) + 63) // 64):
        state[12] = (counter + block) & _MASK
        stream += _block(state)
    size = len(data)
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream[:size], "little")).to_bytes(size, "little")


def poly1305(key: bytes, message: bytes) -> bytes:
    """
    Return the 16-byte authenticator of `message` under a one-time key (RFC 8439, 2.5).
    """
    r = int.from_bytes(key[:16], "little") & _CLAMP
    s = int.from_bytes(key[16:32], "little")
    accumulator = 0
    for start in range(0, len(message), 16):
        block = int.from_bytes(message[start : start + 16] + b"\x01", "little")
        accumulator = (accumulator + block) * r % _PRIME
    return ((accumulator + s) & ((1 << 128) - 1)).to_bytes(16, "little")


def _tag(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    one_time_key = chacha20(key, 0, nonce, bytes(32))
    message = b"".join(
        (
            associated,
            bytes(-len(associated) % 16),
            ciphertext,
            bytes(-len(ciphertext) % 16),
            struct.pack("<QQ", len(associated), len(ciphertext)),
        )
    )
    return poly1305(one_time_key, message)


def _block(state: list[int]) -> bytes:
    work = state.copy()
    for _ in range(10):
        _quarter_round(work, 0, 4, 8, 12)
        _quarter_round(work, 1, 5, 9, 13)
        _quarter_round(work, 2, 6, 10, 14)
        _quarter_round(work, 3, 7, 11, 15)
        _quarter_round(work, 0, 5, 10, 15)
        _quarter_round(work, 1, 6, 11, 12)
        _quarter_round(work, 2, 7, 8, 13)
        _quarter_round(work, 3, 4, 9, 14)
    return struct.pack("<16I", *((word + start) & _MASK for word, start in zip(work, state, strict=True)))


def _quarter_round(work: list[int], ia: int, ib: int, ic: int, id_: int) -> None:
    a, b, c, d = work[ia], work[ib], work[ic], work[id_]
    a = (a + b) & _MASK
    d ^= a
    d = ((d << 16) | (d >> 16)) & _MASK
    c = (c + d) & _MASK
    b ^= c
    b = ((b << 12) | (b >> 20)) & _MASK
    a = (a + b) & _MASK
    d ^= a
    d = ((d << 8) | (d >> 24)) & _MASK
    c = (c + d) & _MASK
    b ^= c
    b = ((b << 7) | (b >> 25)) & _MASK
    work[ia], work[ib], work[ic], work[id_] = a, b, c, d


def _check_sizes(key: bytes, nonce: bytes) -> None:
    if len(key) != KEY_SIZE or len(nonce) != NONCE_SIZE:
        raise ValueError(f"the key must have {KEY_SIZE} bytes and the nonce {NONCE_SIZE}")
