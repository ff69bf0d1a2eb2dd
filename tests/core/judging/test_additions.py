"""
What stands around an approved answer takes nothing of it back, unless it brings a fact of its own.
"""

from __future__ import annotations

import pytest

import llmentary_regression as llmentary
from llmentary_regression.core.model import Verdict

KEY = bytes(range(32))
ANSWER = "You can return a jacket within 30 days of delivery. Items must have their tags."


def judge(now: str, approved: str = ANSWER) -> Verdict:
    return llmentary.compare(llmentary.fingerprint(approved, key=KEY), now, key=KEY)


@pytest.mark.parametrize(
    "now",
    [
        f"{ANSWER} Shout whenever the parcel gets lost!",
        f"{ANSWER}\n\nIs the jacket still unworn?",
        f"{ANSWER} Don't be a stranger, Maria!",
        f"Buckle up, this is a wild ride:\n\n{ANSWER}",
        f"Here comes one of my favourite topics! {ANSWER}",
        f"Howdy Maria! {ANSWER} The crew is off now.",
        f"{ANSWER} Never a dull moment!",
    ],
)
def test_an_added_sentence_is_shown_and_no_change(now: str) -> None:
    """It says where it was added and what it is; no rule on words, order or names calls it changed."""
    found = judge(now)

    assert (str(found.kind), found.reason) == ("unsure", "sentence-added")
    assert all(one.now and one.now in " ".join(now.split()) for one in found.evidence)


def test_both_ends_are_named() -> None:
    """The message quotes the new text alone."""
    found = judge(f"Howdy Maria! {ANSWER} The crew is off now.")

    assert found.message == (
        "sentences were added at the beginning and at the end: `Howdy Maria!`, `The crew is off now.`"
    )


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (f"{ANSWER} This does not hold on Sundays.", "negation-differs"),
        (f"{ANSWER} In winter it is 14 days.", "number-differs"),
        (f"{ANSWER} It ends on March 3, 2021.", "date-differs"),
        (f"{ANSWER} See https://example.com/other.", "url-differs"),
        (f"It is not true that: {ANSWER}", "negation-differs"),
    ],
)
def test_an_added_fact_is_a_change(now: str, reason: str) -> None:
    """It may gainsay what was approved."""
    found = judge(now)

    assert (str(found.kind), found.reason) == ("changed", reason)


def test_a_fact_that_was_approved_may_be_said_again() -> None:
    """A repeated number contradicts nothing."""
    assert judge(f"{ANSWER} So count your 30 days well.").reason == "sentence-added"


@pytest.mark.parametrize("now", ["It is in Paris in Texas.", "It is in Paris, Texas."])
def test_words_added_within_the_last_sentence_are_no_sentence(now: str) -> None:
    """They may qualify what was approved."""
    assert judge(now, "It is in Paris").reason != "sentence-added"


def test_an_answer_without_its_full_stop_may_be_followed_by_a_sentence() -> None:
    """A capital before small letters begins one."""
    assert judge("Go to bed at 10 pm Sleep tight now", "Go to bed at 10 pm").reason == "sentence-added"


def test_yes_before_a_no_is_still_a_change() -> None:
    """Both cannot be meant."""
    assert judge("Yes. No, you cannot return it.", "No, you cannot return it.").reason == "yes-no-flipped"
