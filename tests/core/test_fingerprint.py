"""
Making, binding and opening fingerprints.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from llmentary.core.baseline import Baseline, Variant
from llmentary.core.fingerprint import (
    is_authentic,
    make_variant,
    mask_digest,
    new_baseline,
    open_body,
    rebind_baseline,
    with_pins,
)
from llmentary.core.model import Case, Position, Privacy, Regex, Role, Row, Span, Turn
from llmentary.core.seal import Root, SealError

ROOT = Root("r1", bytes(range(32)))
SPAN = Span(Position(0, 0), Position(0, 1))
ANSWER = "You can return a jacket within 30 days of delivery for a full refund."


def a_case(question: str = "How long?", name: str | None = "refunds", row: Row | None = None) -> Case:
    return Case("0123456789abcdef", name, row, (Turn(Role.USER, question),), (), (), SPAN, SPAN)


def a_baseline(**changes: object) -> Baseline:
    return replace(new_baseline(a_case(), root=ROOT, mask_digest=None, random=os.urandom), **changes)  # type: ignore[arg-type]


def a_variant(text: str = ANSWER, privacy: Privacy = Privacy.FULL, baseline_id: bytes = bytes(16)) -> Variant:
    return make_variant(
        text,
        root=ROOT,
        baseline_id=baseline_id,
        question="",
        privacy=privacy,
        random=os.urandom,
        approved="2026-11-22T18:00:00Z",
        by="someone",
    )


def test_a_baseline_survives_its_document() -> None:
    """What is stored reads back the same, variants included."""
    baseline = a_baseline(variants=(a_variant(),))

    assert Baseline.from_document(baseline.key, baseline.to_document()) == baseline


def test_a_new_baseline_is_authentic() -> None:
    """It carries a MAC under its root."""
    assert is_authentic(a_baseline(), ROOT)


@pytest.mark.parametrize(
    "change",
    [
        {"id": bytes(16)},
        {"key": "fedcba9876543210"},
        {"name": "other"},
        {"name": None},
        {"question": "How short?"},
        {"row": {"country": "Norway"}},
    ],
)
def test_a_baseline_moved_by_hand_is_not_authentic(change: dict[str, object]) -> None:
    """Id, identity, question and row are all held by the MAC."""
    assert not is_authentic(a_baseline(**change), ROOT)


def test_a_baseline_of_another_root_is_not_authentic() -> None:
    """The MAC is keyed."""
    assert not is_authentic(a_baseline(), Root("r1", bytes(32)))


def test_a_rebound_baseline_is_authentic_for_its_new_case_and_keeps_its_answers() -> None:
    """A rename or an edited question needs no answers."""
    baseline = a_baseline(variants=(a_variant(),))
    case = a_case("How long exactly?", "renamed", Row((("country", "Norway"),)))

    bound = rebind_baseline(baseline, case, ROOT)

    assert is_authentic(bound, ROOT)
    assert (bound.name, bound.question, bound.row) == ("renamed", "How long exactly?", {"country": "Norway"})
    assert (bound.id, bound.variants) == (baseline.id, baseline.variants)


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


def test_the_digest_of_masks_follows_their_text_and_order() -> None:
    """No mask has no digest."""
    one, two = Regex(r"\d+"), Regex(r"\d+", "i")

    assert mask_digest(()) is None
    assert mask_digest((one,)) == mask_digest([Regex(r"\d+")])
    assert (
        len({mask_digest((one,)), mask_digest((two,)), mask_digest((one, two)), mask_digest((two, one))}) == 4
    )


def test_alternates_are_rebound_as_well() -> None:
    """What a merge left behind belongs to the renamed case, too; one of an unknown root is left alone."""
    other_root, lost_root = Root("r2", bytes(32)), Root("r3", bytes(reversed(range(32))))
    others = tuple(
        new_baseline(a_case(), root=root, mask_digest=None, random=os.urandom)
        for root in (ROOT, other_root, lost_root)
    )
    baseline = a_baseline(alternates=others)

    bound = rebind_baseline(baseline, a_case(name="renamed"), ROOT, roots={"r2": other_root})

    assert is_authentic(bound.alternates[0], ROOT)
    assert is_authentic(bound.alternates[1], other_root)
    assert bound.alternates[2] == others[2]
    assert [one.name for one in bound.every] == ["renamed", "renamed", "renamed", "refunds"]


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
        question="",
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
