"""
Keys, roots and seals.
"""

from __future__ import annotations

import sys

import pytest

from llmentary_regression.core.crypto import (
    ProjectKey,
    Root,
    SealError,
    digest,
    seal,
    unseal,
    unwrap_root,
    wrap_root,
)

KEY = ProjectKey(bytes(range(32)))
ROOT = Root("r1", bytes(range(32, 64)))
NONCE = bytes(12)


@pytest.fixture(params=["cryptography", "plain"])
def _backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "plain":
        monkeypatch.setitem(sys.modules, "cryptography", None)
        monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
        monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)


def test_a_key_survives_its_text() -> None:
    """What the key file holds is the key."""
    assert ProjectKey.from_text(KEY.to_text() + "\n") == KEY


@pytest.mark.parametrize("text", ["", "short", "A" * 43, "A" * 64, "-" * 44, "passphrase of any kind"])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    """Only strict base64 of 32 bytes is a key: no passphrases."""
    with pytest.raises(ValueError, match="key"):
        ProjectKey.from_text(text)


def test_representations_show_no_secret() -> None:
    """A key or root in a traceback gives nothing away."""
    shown = f"{KEY!r} {KEY} {ROOT!r} {ROOT}"

    assert KEY.to_text() not in shown
    assert KEY.secret.hex() not in shown
    assert repr(KEY.secret) not in shown
    assert repr(ROOT.secret) not in shown


def test_the_id_of_a_key_is_short_and_its_own() -> None:
    """Copies of a key are found by it."""
    other = ProjectKey(bytes(32))

    assert KEY.id == ProjectKey(KEY.secret).id
    assert KEY.id != other.id
    assert len(KEY.id) == 16


@pytest.mark.usefixtures("_backend")
def test_a_seal_opens_with_its_key_alone() -> None:
    """The same holds with and without `cryptography`."""
    sealed = seal(KEY.secret, b"text", nonce=NONCE, associated=b"id")

    assert unseal(KEY.secret, sealed, nonce=NONCE, associated=b"id") == b"text"
    with pytest.raises(SealError):
        unseal(bytes(32), sealed, nonce=NONCE, associated=b"id")
    with pytest.raises(SealError):
        unseal(KEY.secret, sealed, nonce=NONCE, associated=b"other")


@pytest.mark.usefixtures("_backend")
def test_a_wrapped_root_opens_with_the_project_key() -> None:
    """The keyring gives the root back."""
    assert unwrap_root(wrap_root(ROOT, KEY, nonce=NONCE), KEY) == ROOT


@pytest.mark.usefixtures("_backend")
def test_another_key_opens_no_root() -> None:
    """That is a value and no exception: the caller may hold other roots."""
    assert unwrap_root(wrap_root(ROOT, KEY, nonce=NONCE), ProjectKey(bytes(32))) is None


def test_a_root_under_another_name_does_not_open() -> None:
    """Roots cannot be exchanged in the keyring."""
    document = wrap_root(ROOT, KEY, nonce=NONCE)
    document["id"] = "r2"

    assert unwrap_root(document, KEY) is None


@pytest.mark.parametrize(
    "document", [{}, {"id": "r1"}, {"id": "r1", "wrapped": "?"}, {"id": "r1", "wrapped": ""}]
)
def test_something_that_is_no_wrapped_root_is_said_so(document: dict[str, object]) -> None:
    """A damaged keyring is not a wrong key."""
    with pytest.raises(ValueError, match=r"wrapped|root"):
        unwrap_root(document, KEY)


def test_digests_tell_their_parts_apart() -> None:
    """Moving a letter from one part to the next gives another digest, as does another label."""
    assert digest(KEY.secret, b"ab", b"c", label=b"x") != digest(KEY.secret, b"a", b"bc", label=b"x")
    assert digest(KEY.secret, b"ab", label=b"x") != digest(KEY.secret, b"ab", label=b"y")
