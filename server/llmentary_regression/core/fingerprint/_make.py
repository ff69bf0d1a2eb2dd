"""
Make what is kept of approved answers: digests that are visible, and bodies that are sealed.

Nothing made here holds answer text. Randomness, keys and the time arrive as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from llmentary_regression.core.baselines import (
    NO_PINS,
    Baseline,
    Body,
    BodyError,
    Example,
    PinSet,
    bodies_from_bytes,
    bodies_to_bytes,
    with_mac,
)
from llmentary_regression.core.crypto import NONCE_SIZE, Root, SealError, SetHasher, digest, seal, unseal
from llmentary_regression.core.model import JsonValue, Privacy
from llmentary_regression.core.pins import WantedPins, add_pins, list_pins


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """
    One approved answer, before it is sealed together with the others of its set.
    """

    example: Example
    body: Body | None
    """None under `privacy = "digest"`."""


def make_fingerprint(
    text: str,
    *,
    root: Root,
    baseline_id: bytes,
    privacy: Privacy,
    approved: str,
    by: str,
    via: str | None = None,
    model: str | None = None,
    data: JsonValue = None,
    has_data: bool = False,
    pins: WantedPins = (),
    lang: str = "en",
    embedding: Sequence[float] | None = None,
    kept_pins: PinSet = NO_PINS,
) -> Fingerprint:
    """
    Return the fingerprint of an answer, for the set of one baseline.

    Args:
        text: the answer after `@mask`.
        baseline_id: of the set that it goes into.
        approved: when, as `2026-11-22T18:00:00Z`.
        by: who approved it.
        via: by which command or surface.
        pins: phrases that must recur, with their aliases and names.
        embedding: of the whole answer, for `@match semantic`.
        kept_pins: of an earlier approved answer; they hold on beside `pins`.
    """
    from llmentary_regression.core.text import PIPELINE_VERSION, analyze

    hasher = SetHasher(root, baseline_id)
    analysis = analyze(text, lang)
    example = Example(
        analysis=PIPELINE_VERSION,
        exact=hasher.exact(text),
        norm=hasher.norm(analysis.canonical),
        model=model,
        approved=approved,
        by=by,
        via=via,
    )
    if privacy is Privacy.DIGEST:
        return Fingerprint(example, None)
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
    return Fingerprint(example, body)


def seal_examples(
    baseline: Baseline, fingerprints: Sequence[Fingerprint], *, root: Root, random: Callable[[int], bytes]
) -> Baseline:
    """
    Return the baseline with exactly these examples, sealed under a fresh nonce and with a new MAC.

    Args:
        root: the root that the baseline names.
        random: returns so many random bytes. A nonce must never be used twice: two sets under one nonce give
            away their XOR.
    """
    bodies = [fingerprint.body for fingerprint in fingerprints]
    sealed = None
    if any(body is not None for body in bodies):
        nonce = random(NONCE_SIZE)
        sealed = nonce + seal(_body_key(root), bodies_to_bytes(bodies), nonce=nonce, associated=baseline.id)
    examples = tuple(fingerprint.example for fingerprint in fingerprints)
    return with_mac(replace(baseline, examples=examples, sealed=sealed), root)


def open_examples(baseline: Baseline, *, root: Root) -> tuple[Fingerprint, ...]:
    """
    Return the examples of a baseline with their bodies.

    Raises:
        SealError: the key is another, or the sealed part was altered or belongs to another baseline.
    """
    if baseline.sealed is None:
        return tuple(Fingerprint(example, None) for example in baseline.examples)
    nonce, sealed = baseline.sealed[:NONCE_SIZE], baseline.sealed[NONCE_SIZE:]
    if len(nonce) != NONCE_SIZE:
        raise SealError("the sealed part is too short")
    try:
        bodies = bodies_from_bytes(unseal(_body_key(root), sealed, nonce=nonce, associated=baseline.id))
    except BodyError as exc:
        raise SealError(str(exc)) from exc
    if len(bodies) != len(baseline.examples):
        raise SealError("the sealed part has another number of examples")
    return tuple(map(Fingerprint, baseline.examples, bodies))


def with_pins(
    fingerprint: Fingerprint,
    pins: WantedPins,
    *,
    root: Root,
    baseline_id: bytes,
    lang: str = "en",
    answer: str = "",
) -> Fingerprint:
    """
    Return a fingerprint with more pins; one that keeps no body comes back as it is.

    Args:
        answer: what is approved; an abbreviation that it explains is pinned with its words.
    """
    from llmentary_regression.core.text.languages import read_lexicon

    body = fingerprint.body
    if body is None:
        return fingerprint
    previous = body.pins if len(body.pins) else PinSet(SetHasher(root, baseline_id).pin_key())
    pinned = replace(body, pins=add_pins(previous, list_pins(pins), read_lexicon(lang), answer))
    return replace(fingerprint, body=pinned)


@lru_cache(maxsize=16)
def _key_of(secret: bytes) -> bytes:
    return digest(secret, label=b"body")


def _body_key(root: Root) -> bytes:
    return _key_of(root.secret)
