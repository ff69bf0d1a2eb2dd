"""
The plain-Python cipher against RFC 8439's vectors and against `cryptography`.
"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from llmentary_regression.core.crypto import _chacha20poly1305 as plain

SUNSCREEN = (
    b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    b"sunscreen would be it."
)


def test_block_function_gives_the_key_stream_of_the_rfc() -> None:
    """RFC 8439, 2.3.2."""
    key = bytes(range(32))
    nonce = bytes.fromhex("000000090000004a00000000")

    stream = plain.chacha20(key, 1, nonce, bytes(64))

    assert stream.hex() == (
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
    )


def test_encryption_gives_the_ciphertext_of_the_rfc() -> None:
    """RFC 8439, 2.4.2: two blocks, the second one partial."""
    nonce = bytes.fromhex("000000000000004a00000000")

    ciphertext = plain.chacha20(bytes(range(32)), 1, nonce, SUNSCREEN)

    assert ciphertext.hex().startswith("6e2e359a2568f98041ba0728dd0d6981")
    assert ciphertext.hex().endswith("87 4d".replace(" ", ""))


def test_poly1305_gives_the_tag_of_the_rfc() -> None:
    """RFC 8439, 2.5.2."""
    key = bytes.fromhex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")

    assert (
        plain.poly1305(key, b"Cryptographic Forum Research Group").hex() == "a8061dc1305136c6c22b8baf0c0127a9"
    )


def test_seal_gives_ciphertext_and_tag_of_the_rfc() -> None:
    """RFC 8439, 2.8.2."""
    key = bytes(range(0x80, 0xA0))
    nonce = bytes.fromhex("070000004041424344454647")
    associated = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")

    sealed = plain.encrypt(key, nonce, SUNSCREEN, associated)

    assert sealed[:16].hex() == "d31a8d34648e60db7b86afbc53ef7ec2"
    assert sealed[-16:].hex() == "1ae10b594f09e26a7e902ecbd0600691"


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=12, max_size=12),
    st.binary(max_size=400),
    st.binary(max_size=40),
)
def test_it_agrees_with_cryptography(key: bytes, nonce: bytes, text: bytes, associated: bytes) -> None:
    """Both write the same bytes and read each other's."""
    sealed = plain.encrypt(key, nonce, text, associated)

    assert sealed == ChaCha20Poly1305(key).encrypt(nonce, text, associated)
    assert plain.decrypt(key, nonce, sealed, associated) == text


@pytest.mark.parametrize("place", [0, 5, -1])
def test_an_altered_byte_is_refused(place: int) -> None:
    """Neither text nor tag can be altered."""
    key, nonce = bytes(32), bytes(12)
    sealed = bytearray(plain.encrypt(key, nonce, b"thirty days", b"id"))
    sealed[place] ^= 1

    with pytest.raises(plain.TagError):
        plain.decrypt(key, nonce, bytes(sealed), b"id")


def test_other_associated_data_is_refused() -> None:
    """A body belongs to one baseline."""
    sealed = plain.encrypt(bytes(32), bytes(12), b"text", b"one")

    with pytest.raises(plain.TagError):
        plain.decrypt(bytes(32), bytes(12), sealed, b"two")


def test_something_shorter_than_a_tag_is_refused() -> None:
    """A cut file gives an error and not an empty text."""
    with pytest.raises(plain.TagError):
        plain.decrypt(bytes(32), bytes(12), b"short", b"")
