"""
Make the kept form of an approved answer: digests and a sealed body.

Nothing made here holds answer text, in no encoding. Randomness, keys and the time arrive as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from llmentary_regression.core.baselines import (
    NO_PINS,
    Body,
    BodyError,
    PinSet,
    Variant,
    body_from_bytes,
    body_to_bytes,
)
from llmentary_regression.core.crypto import NONCE_SIZE, Root, SealError, VariantHasher, digest, seal, unseal
from llmentary_regression.core.model import JsonValue, Privacy
from llmentary_regression.core.pins import WantedPins, list_pins

SALT_SIZE = 16


def make_variant(
    text: str,
    *,
    root: Root,
    baseline_id: bytes,
    privacy: Privacy,
    random: Callable[[int], bytes],
    approved: str,
    by: str,
    model: str | None = None,
    data: JsonValue = None,
    has_data: bool = False,
    pins: WantedPins = (),
    lang: str = "en",
    embedding: Sequence[float] | None = None,
    kept_pins: PinSet = NO_PINS,
) -> Variant:
    """
    Return the fingerprint of an answer.

    Args:
        pins: phrases that must recur, with their aliases and names.
        random: returns so many random bytes; a new nonce is drawn at every call.
        embedding: of the whole answer, for `@match semantic`.
        kept_pins: of an earlier approved answer; they hold on beside `pins`.
    """
    from llmentary_regression.core.text import PIPELINE_VERSION, analyze

    salt = random(SALT_SIZE)
    hasher = VariantHasher(root, baseline_id, salt)
    analysis = analyze(text, lang)
    variant = Variant(
        version=PIPELINE_VERSION,
        salt=salt,
        exact=hasher.exact(text),
        norm=hasher.norm(analysis.canonical),
        body=None,
        model=model,
        approved=approved,
        by=by,
    )
    if privacy is Privacy.DIGEST:
        return variant
    from ._describe import describe

    body = describe(
        analysis,
        hasher,
        with_words=privacy is Privacy.FULL,
        pins=pins,
        data=data,
        has_data=has_data,
        text=text,
        embedding=embedding,
        kept=kept_pins,
    )
    return replace(
        variant, body=seal_body(body, root=root, baseline_id=baseline_id, nonce=random(NONCE_SIZE))
    )


def with_pins(
    variant: Variant,
    pins: WantedPins,
    *,
    root: Root,
    baseline_id: bytes,
    random: Callable[[int], bytes],
    lang: str = "en",
    answer: str = "",
) -> Variant:
    """
    Return a variant with more pins, sealed anew; one that keeps no body comes back as it is.

    Args:
        answer: what is approved; an abbreviation that it explains is pinned with its words.

    Raises:
        SealError: the body does not open.
    """
    from llmentary_regression.core.pins import add_pins
    from llmentary_regression.core.text.languages import read_lexicon

    body = open_body(variant, root=root, baseline_id=baseline_id)
    if body is None:
        return variant
    hasher = VariantHasher(root, baseline_id, variant.salt)
    previous = body.pins if len(body.pins) else PinSet(hasher.pin_key())
    pinned = replace(body, pins=add_pins(previous, list_pins(pins), read_lexicon(lang), answer))
    return with_body(variant, pinned, root=root, baseline_id=baseline_id, random=random)


def with_body(
    variant: Variant,
    body: Body,
    *,
    root: Root,
    baseline_id: bytes,
    random: Callable[[int], bytes],
) -> Variant:
    """
    Return a variant with another body, sealed under a fresh nonce.
    """
    sealed = seal_body(body, root=root, baseline_id=baseline_id, nonce=random(NONCE_SIZE))
    return replace(variant, body=sealed)


def seal_body(body: Body, *, root: Root, baseline_id: bytes, nonce: bytes) -> bytes:
    """
    Return nonce and sealed body. The nonce must be fresh: two bodies under one nonce give away their XOR.
    """
    sealed = seal(_body_key(root), body_to_bytes(body), nonce=nonce, associated=baseline_id)
    return nonce + sealed


def open_body(variant: Variant, *, root: Root, baseline_id: bytes) -> Body | None:
    """
    Return what a variant's body holds; None where its privacy level keeps none.

    Raises:
        SealError: the key is another, the body was altered, or it belongs to another baseline.
    """
    if variant.body is None:
        return None
    nonce, sealed = variant.body[:NONCE_SIZE], variant.body[NONCE_SIZE:]
    if len(nonce) != NONCE_SIZE:
        raise SealError("the body is too short")
    try:
        return body_from_bytes(unseal(_body_key(root), sealed, nonce=nonce, associated=baseline_id))
    except BodyError as exc:
        raise SealError(str(exc)) from exc


@lru_cache(maxsize=16)
def _key_of(secret: bytes) -> bytes:
    return digest(secret, label=b"body")


def _body_key(root: Root) -> bytes:
    return _key_of(root.secret)
