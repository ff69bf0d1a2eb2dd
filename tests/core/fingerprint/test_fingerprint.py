"""
Making and opening fingerprints.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from llmentary_regression.core.baselines import Variant
from llmentary_regression.core.crypto import Root, SealError
from llmentary_regression.core.fingerprint import make_variant, open_body, with_pins
from llmentary_regression.core.model import Privacy

ROOT = Root("r1", bytes(range(32)))
ANSWER = "You can return a jacket within 30 days of delivery for a full refund."


def a_variant(text: str = ANSWER, privacy: Privacy = Privacy.FULL, baseline_id: bytes = bytes(16)) -> Variant:
    return make_variant(
        text,
        root=ROOT,
        baseline_id=baseline_id,
        privacy=privacy,
        random=os.urandom,
        approved="2026-11-22T18:00:00Z",
        by="someone",
    )


def test_two_fingerprints_of_one_answer_have_nothing_in_common() -> None:
    """Salt and nonce are fresh each time."""
    one, other = a_variant(), a_variant()

    assert one.body is not None and other.body is not None
    assert {one.salt, one.exact, one.norm, one.body[:12]}.isdisjoint(
        {other.salt, other.exact, other.norm, other.body[:12]}
    )


def test_a_body_opens_for_its_baseline_alone() -> None:
    """The baseline's id is sealed in."""
    variant = a_variant()

    assert open_body(variant, root=ROOT, baseline_id=bytes(16)) is not None
    with pytest.raises(SealError):
        open_body(variant, root=ROOT, baseline_id=b"1" * 16)


def test_a_cut_body_is_said_so() -> None:
    """A damaged file gives a seal error and nothing worse."""
    with pytest.raises(SealError):
        open_body(replace(a_variant(), body=b"short"), root=ROOT, baseline_id=bytes(16))


def test_privacy_facts_keeps_no_words() -> None:
    """Only facts, flags and counts are left."""
    body = open_body(a_variant(privacy=Privacy.FACTS), root=ROOT, baseline_id=bytes(16))

    assert body is not None
    assert body.words == body.marks == ()
    assert body.facts


def test_privacy_digest_keeps_no_body() -> None:
    """Two digests are all."""
    assert a_variant(privacy=Privacy.DIGEST).body is None


def test_pins_are_sealed_under_a_fresh_nonce() -> None:
    """Sealing anew under the old nonce would give away the XOR of both bodies."""
    variant = a_variant()

    pinned = with_pins(variant, ["30 days"], root=ROOT, baseline_id=bytes(16), random=os.urandom)

    assert variant.body is not None and pinned.body is not None
    assert pinned.body[:12] != variant.body[:12]
    assert (pinned.salt, pinned.exact, pinned.norm) == (variant.salt, variant.exact, variant.norm)


def test_pins_move_on_to_the_next_answer_with_their_aliases() -> None:
    """Nobody has their words any more, but their hashes do not depend on the variant."""
    first = with_pins(
        a_variant(), [("30 days", "one month")], root=ROOT, baseline_id=bytes(16), random=os.urandom
    )
    body = open_body(first, root=ROOT, baseline_id=bytes(16))
    assert body is not None

    second = make_variant(
        "Within 30 days.",
        root=Root("r2", bytes(32)),
        baseline_id=b"1" * 16,
        privacy=Privacy.FULL,
        random=os.urandom,
        approved="",
        by="",
        kept_pins=body.pins,
        pins=["within"],
    )

    moved = open_body(second, root=Root("r2", bytes(32)), baseline_id=b"1" * 16)
    assert moved is not None
    assert moved.pins.key == body.pins.key
    assert moved.pins.pins[:1] == body.pins.pins
    assert len(moved.pins) == 2
