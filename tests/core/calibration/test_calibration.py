"""
Proposals for answers that vary by themselves, each with the smallest repeats that show it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

import pytest

from llmentary_regression.core.calibration import VOLATILE, Proposal, Repeat, Trials, Variation, propose
from llmentary_regression.core.model import (
    Answer,
    Case,
    CaseSettings,
    JsonValue,
    Match,
    MatchMode,
    Position,
    Reason,
    Role,
    Span,
    Turn,
)

SPAN = Span(Position(0, 0), Position(0, 1))
CASE = Case(
    "0" * 16, "refunds", None, (Turn(Role.USER, "How long may I return a jacket?"),), (), (), SPAN, SPAN
)
FREE = (
    "You may return a jacket within 30 days of delivery.",
    "Returns are fine for 30 days, as long as the tags are on.",
    "We take it back if you send it in the first 30 days after it came.",
    "Any time in the 30 days that follow; after that the shop decides.",
)


def trials(
    texts: Sequence[str], settings: CaseSettings | None = None, data: Sequence[JsonValue] = ()
) -> Trials:
    repeats = [
        Repeat(
            Answer(text, data=data[place] if data else None, has_data=bool(data)),
            text,
            {mask: re.sub(mask.pattern, "hidden", text) for mask in VOLATILE},
        )
        for place, text in enumerate(texts)
    ]
    return Trials(CASE, settings or CaseSettings(), repeats, os.urandom)


def check(
    texts: Sequence[str], *settings: tuple[str, str], pins: Sequence[str] = (), examples: int = 1
) -> None:
    proposal = propose(trials(texts))

    assert proposal is not None
    assert (proposal.settings, proposal.pins, proposal.examples) == (settings, tuple(pins), examples)


def test_equal_answers_want_nothing() -> None:
    """Neither do those that differ in presentation alone."""
    check(["Yes, we ship to Norway."] * 3)
    check(["Yes, we ship to Norway.", "**Yes**, we ship to Norway.", "Yes,  we ship to Norway."])


def test_a_volatile_time_is_masked() -> None:
    """The rest of the answers is equal."""
    texts = [f"Your order was sent at 2026-11-2{day}T18:0{day}:00Z by post." for day in range(3)]

    proposal = propose(trials(texts))

    assert proposal is not None
    ((name, value),) = proposal.settings
    assert name == "mask"
    assert re.sub(value.strip("/"), "", texts[0]) == "Your order was sent at  by post."


def test_a_volatile_id_is_masked() -> None:
    """Of a kind that means nothing."""
    proposal = propose(trials([f"Your ticket is {number:08x}f, thank you." for number in (3, 4711, 99999)]))

    assert proposal is not None
    assert [name for name, _ in proposal.settings] == ["mask"]


def test_free_wording_around_one_fact_is_pinned() -> None:
    """The fact that stands in every answer, and not in the question."""
    check(FREE, pins=["30 days"])


def test_a_little_rewording_gets_a_floor() -> None:
    """Facts equal, words nearly so."""
    tail = (
        "of delivery, unworn, with all its tags, in the box that it came in, and with the receipt in the box."
    )
    proposal = propose(
        trials(
            [
                f"You may return a jacket within 30 days {tail}",
                f"You may of course return a jacket within 30 days {tail}",
            ]
        )
    )

    assert proposal is not None
    assert proposal.settings in ((("match", "similar 0.95"),), (("match", "similar 0.9"),))


def test_two_answers_that_alternate_are_two_examples() -> None:
    """Each was seen more than once, so a third is not to be expected."""
    one, other = "Ask Maria about that.", "No returns whatsoever here, sorry."

    check([one, other, one, other, one], examples=2)


def test_json_with_a_volatile_leaf_ignores_its_path() -> None:
    """Structure and the other leaves stay compared."""
    texts = [f'{{"id": "{name}", "days": 30, "items": [{{"at": "{name}"}}]}}' for name in ("ab", "cd", "ef")]

    check(texts, ("match", "json ignore $.id ignore $.items[*].at"))


def test_json_in_another_order_is_compared_as_json() -> None:
    """Keys in any order; arrays only if nothing else helps."""
    check(['{"a": 1, "b": [1, 2]}', '{"b": [1, 2], "a": 1}'], ("match", "json"))
    check(['{"a": 1, "b": [1, 2]}', '{"b": [2, 1], "a": 1}'], ("match", "json unordered"))


def test_answers_without_anything_in_common_get_no_proposal() -> None:
    """What would pass anything is no test."""
    assert propose(trials(["Blue.", "Perhaps on Monday.", "It costs 12 dollars.", "Ask Sigurd."])) is None


def test_no_proposal_passes_a_changed_fact() -> None:
    """A case whose repeats contradict each other is not calibrated away."""
    texts = [
        f"You may return a jacket within {days} days of delivery for a full refund."
        for days in (30, 14, 60, 7)
    ]

    assert propose(trials(texts)) is None


def test_settings_that_are_good_stay() -> None:
    """`@match none` passes whatever it is."""
    proposal = propose(trials(FREE, CaseSettings(match=Match(MatchMode.NONE))))

    assert proposal == Proposal()
    assert proposal.is_nothing


def test_variation_counts_each_repeat_once() -> None:
    """Held against the first, whatever the case's own mode is."""
    first = FREE[0]
    found = trials(
        [first, first, f"**{first}**", FREE[1], first.replace("30", "14")],
        CaseSettings(match=Match(MatchMode.NONE)),
    ).variation()

    assert found == Variation(1, 1, 1, 1, ((Reason.NUMBER_DIFFERS, 1),))


def test_repeats_and_proposals_show_no_answer() -> None:
    """They live in memory only, and in no traceback."""
    proposal = propose(trials([text.replace("30 days", "one fortnight") for text in FREE]))

    assert proposal is not None
    assert "fortnight" in " ".join(proposal.pins)
    assert "fortnight" not in repr(proposal)
    assert "fortnight" not in repr(Repeat(Answer("one fortnight"), "one fortnight", {}))


@pytest.mark.parametrize("mask", VOLATILE)
def test_volatile_patterns_are_short_work(mask: object) -> None:
    """
    They run on every answer; one that tried every split of a text would run into the time limit of a test.
    """
    for piece in ("1", "a1", "12:34", "2026-11-", "A", "deadbeef-"):
        text = piece * (30_000 // len(piece)) + "!"
        assert len(re.sub(mask.pattern, "", text)) <= len(text)  # type: ignore[attr-defined]
