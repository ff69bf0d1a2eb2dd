"""
What holds a baseline to its case.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from llmentary_regression.core.baselines import (
    Baseline,
    Variant,
    is_authentic,
    mask_digest,
    new_baseline,
    rebind_baseline,
)
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.model import Case, Position, Regex, Role, Row, Span, Turn

ROOT = Root("r1", bytes(range(32)))
SPAN = Span(Position(0, 0), Position(0, 1))
A_VARIANT = Variant(2, b"s" * 16, b"e" * 16, b"n" * 16, b"body", "gpt-5", "2026-11-22T18:00:00Z", "someone")


def a_case(question: str = "How long?", name: str | None = "refunds", row: Row | None = None) -> Case:
    return Case("0123456789abcdef", name, row, (Turn(Role.USER, question),), (), (), SPAN, SPAN)


def a_baseline(**changes: object) -> Baseline:
    return replace(new_baseline(a_case(), root=ROOT, mask_digest=None, random=os.urandom), **changes)  # type: ignore[arg-type]


def test_a_baseline_survives_its_document() -> None:
    """What is stored reads back the same, variants included."""
    baseline = a_baseline(variants=(A_VARIANT,))

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
    baseline = a_baseline(variants=(A_VARIANT,))
    case = a_case("How long exactly?", "renamed", Row((("country", "Norway"),)))

    bound = rebind_baseline(baseline, case, ROOT)

    assert is_authentic(bound, ROOT)
    assert (bound.name, bound.question, bound.row) == ("renamed", "How long exactly?", {"country": "Norway"})
    assert (bound.id, bound.variants) == (baseline.id, baseline.variants)


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
