"""
Making, sealing and opening the examples of a baseline.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from llmentary_regression.core.baselines import (
    Baseline,
    bodies_from_bytes,
    bodies_to_bytes,
    unbound_baseline,
)
from llmentary_regression.core.baselines._body import Section
from llmentary_regression.core.crypto import NONCE_SIZE, Root, SealError
from llmentary_regression.core.fingerprint import (
    Fingerprint,
    make_fingerprint,
    open_examples,
    seal_examples,
    with_pins,
)
from llmentary_regression.core.model import Privacy

ROOT = Root("r1", bytes(range(32)))
ANSWER = "You can return a jacket within 30 days of delivery for a full refund."


def a_fingerprint(baseline: Baseline, text: str = ANSWER, privacy: Privacy = Privacy.FULL) -> Fingerprint:
    return make_fingerprint(
        text,
        root=ROOT,
        baseline_id=baseline.id,
        privacy=privacy,
        approved="2026-11-22T18:00:00Z",
        by="someone",
    )


def a_baseline(*texts: str, privacy: Privacy = Privacy.FULL) -> Baseline:
    baseline = unbound_baseline(root=ROOT, random=os.urandom)
    made = [a_fingerprint(baseline, text, privacy) for text in texts or (ANSWER,)]
    return seal_examples(baseline, made, root=ROOT, random=os.urandom)


def test_two_sets_of_one_answer_have_nothing_in_common() -> None:
    """Id and nonce are fresh each time, and everything derives from them."""
    one, other = a_baseline(), a_baseline()

    assert one.sealed is not None and other.sealed is not None
    assert {one.id, one.examples[0].exact, one.examples[0].norm, one.sealed[:NONCE_SIZE]}.isdisjoint(
        {other.id, other.examples[0].exact, other.examples[0].norm, other.sealed[:NONCE_SIZE]}
    )


def test_a_set_opens_as_it_was_sealed() -> None:
    """All examples in their order, each with its body."""
    baseline = unbound_baseline(root=ROOT, random=os.urandom)
    made = [
        a_fingerprint(baseline),
        a_fingerprint(baseline, "Never."),
        a_fingerprint(baseline, "No.", Privacy.DIGEST),
    ]

    sealed = seal_examples(baseline, made, root=ROOT, random=os.urandom)

    assert list(open_examples(sealed, root=ROOT)) == made


def test_a_sealed_part_opens_for_its_set_alone() -> None:
    """The set's id is sealed in."""
    with pytest.raises(SealError):
        open_examples(replace(a_baseline(), id=b"1" * 16), root=ROOT)


def test_a_sealed_part_of_another_number_of_examples_is_refused() -> None:
    """Should the MAC ever be skipped, nothing is laid beside the wrong body."""
    baseline = a_baseline()

    with pytest.raises(SealError, match="another number"):
        open_examples(replace(baseline, examples=baseline.examples * 2), root=ROOT)


def test_a_cut_seal_is_reported_as_such() -> None:
    """A damaged file gives a seal error and nothing worse."""
    with pytest.raises(SealError):
        open_examples(replace(a_baseline(), sealed=b"short"), root=ROOT)


def test_privacy_facts_keeps_no_words() -> None:
    """Only facts, flags and counts are left."""
    body = open_examples(a_baseline(privacy=Privacy.FACTS), root=ROOT)[0].body

    assert body is not None
    assert body.words == body.marks == ()
    assert body.facts


def test_privacy_digest_seals_nothing() -> None:
    """Two digests are all."""
    assert a_baseline(privacy=Privacy.DIGEST).sealed is None


def test_sections_of_a_later_version_are_kept() -> None:
    """What this version does not read is sealed again as it was."""
    body = a_fingerprint(unbound_baseline(root=ROOT, random=os.urandom)).body
    assert body is not None
    later = replace(body, sections=((int(Section.CALLS), b"calls"), (200, b"not invented yet")))

    assert bodies_from_bytes(bodies_to_bytes([later, None])) == (later, None)


def test_pins_are_sealed_under_a_fresh_nonce() -> None:
    """Sealing again under the old nonce would give away the XOR of both."""
    baseline = a_baseline()
    opened = open_examples(baseline, root=ROOT)

    pinned = seal_examples(
        baseline,
        [with_pins(opened[0], ["30 days"], root=ROOT, baseline_id=baseline.id)],
        root=ROOT,
        random=os.urandom,
    )

    assert baseline.sealed is not None and pinned.sealed is not None
    assert pinned.sealed[:NONCE_SIZE] != baseline.sealed[:NONCE_SIZE]
    assert pinned.examples == baseline.examples


def test_pins_move_on_to_the_next_answer_with_their_aliases() -> None:
    """Nobody has their words any more, but their hashes do not depend on the set."""
    baseline = unbound_baseline(root=ROOT, random=os.urandom)
    first = with_pins(
        a_fingerprint(baseline), [("30 days", "one month")], root=ROOT, baseline_id=baseline.id
    ).body
    assert first is not None

    second = make_fingerprint(
        "Within 30 days.",
        root=Root("r2", bytes(32)),
        baseline_id=b"1" * 16,
        privacy=Privacy.FULL,
        approved="",
        by="",
        kept_pins=first.pins,
        pins=["within"],
    ).body

    assert second is not None
    assert second.pins.key == first.pins.key
    assert second.pins.pins[:1] == first.pins.pins
    assert len(second.pins) == 2
