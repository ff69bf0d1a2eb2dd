"""
What holds a baseline to its case.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from llmentary_regression.core.baselines import (
    Baseline,
    Example,
    is_authentic,
    mask_digest,
    new_baseline,
    rebind_baseline,
    with_mac,
)
from llmentary_regression.core.crypto import Root
from llmentary_regression.core.model import Case, Position, Regex, Role, Row, Span, Turn

ROOT = Root("r1", bytes(range(32)))
SPAN = Span(Position(0, 0), Position(0, 1))
SUITE = "faq.llmtest"
AN_EXAMPLE = Example(2, b"e" * 16, b"n" * 16, "gpt-5", "2026-11-22T18:00:00Z", "someone", "train")


def a_case(question: str = "How long?", name: str | None = "refunds", row: Row | None = None) -> Case:
    return Case("0123456789abcdef", name, row, (Turn(Role.USER, question),), (), (), SPAN, SPAN)


def a_baseline(**changes: object) -> Baseline:
    made = new_baseline(SUITE, a_case(), root=ROOT, mask_digest=None, random=os.urandom)
    sealed = with_mac(replace(made, examples=(AN_EXAMPLE, AN_EXAMPLE), sealed=b"sealed"), ROOT)
    return replace(sealed, **changes)  # type: ignore[arg-type]


def test_a_baseline_survives_its_document() -> None:
    """What is stored reads back the same, fields of later versions included."""
    example = replace(AN_EXAMPLE, other={"seen": True})
    baseline = a_baseline(examples=(example,), asked=5, agreed=4, other={"added": [1]})

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
        {"suite": "staging.llmtest"},
        {"tags": ("other",)},
        {"mask": "0123456789abcdef"},
        {"root": "r2"},
        {"examples": ()},
        {"examples": (AN_EXAMPLE,)},
        {"examples": (AN_EXAMPLE, replace(AN_EXAMPLE, by="The CEO"))},
        {"examples": (AN_EXAMPLE, replace(AN_EXAMPLE, approved="2027-01-01T00:00:00Z"))},
        {"examples": (AN_EXAMPLE, replace(AN_EXAMPLE, model=None))},
        {"examples": (AN_EXAMPLE, replace(AN_EXAMPLE, analysis=1))},
        {"examples": (AN_EXAMPLE, replace(AN_EXAMPLE, via=None))},
        {"examples": (replace(AN_EXAMPLE, other={"seen": True}), AN_EXAMPLE)},
        {"sealed": None},
        {"sealed": b"sealer"},
        {"asked": 5},
        {"agreed": 5},
        {"other": {"added": 1}},
    ],
)
def test_a_baseline_altered_by_hand_is_not_authentic(change: dict[str, object]) -> None:
    """The MAC covers the suite, the case, every visible field, the sealed part, number and order of examples."""
    assert not is_authentic(a_baseline(**change), ROOT)


def test_a_baseline_of_another_root_is_not_authentic() -> None:
    """The MAC is keyed."""
    assert not is_authentic(a_baseline(), Root("r1", bytes(32)))


def test_a_rebound_baseline_is_authentic_for_its_new_case_and_keeps_its_answers() -> None:
    """A rename or an edited question needs no answers."""
    baseline = a_baseline()
    case = a_case("How long exactly?", "renamed", Row((("country", "Norway"),)))

    bound = rebind_baseline(baseline, "other.llmtest", case, ROOT)

    assert is_authentic(bound, ROOT)
    assert (bound.name, bound.question, bound.row) == ("renamed", "How long exactly?", {"country": "Norway"})
    assert (bound.id, bound.examples, bound.sealed) == (baseline.id, baseline.examples, baseline.sealed)
    assert bound.suite == "other.llmtest"


def test_the_digest_of_masks_follows_their_text_and_order() -> None:
    """No mask has no digest."""
    one, two = Regex(r"\d+"), Regex(r"\d+", "i")

    assert mask_digest(()) is None
    assert mask_digest((one,)) == mask_digest([Regex(r"\d+")])
    assert (
        len({mask_digest((one,)), mask_digest((two,)), mask_digest((one, two)), mask_digest((two, one))}) == 4
    )
