"""
Which phrases are offered for pinning.
"""

from __future__ import annotations

import pytest

from llmentary.core.pin_suggestions import pinnable_facts


@pytest.mark.parametrize(
    ("question", "answer", "decisive"),
    [
        (
            "How long do I have to return a jacket?",
            "At Acme you can return a jacket within 30 days.",
            "30 days",
        ),
        ("Who founded Acme?", "Acme was founded in 1999 by Maria Jones in Oslo.", "Maria Jones"),
        ("When was Acme founded?", "Maria Jones founded Acme on March 3, 1999.", "March 3, 1999"),
        ("What does shipping cost?", "Shipping with Posten costs $12.", "$12"),
        ("What is the capital of Norway?", "Oslo.", "Oslo"),
        ("Where does the tax come from?", "The tax comes from individual income.", "individual income"),
    ],
)
def test_the_decisive_phrase_is_among_the_first_three(question: str, answer: str, decisive: str) -> None:
    """So that pinning is one click."""
    assert decisive in [one.phrase for one in pinnable_facts(answer, question)[:3]]


def test_what_the_question_says_comes_last() -> None:
    """It would recur in any answer."""
    found = [
        one.phrase for one in pinnable_facts("In Oslo the limit is 30 days.", "What is the limit in Oslo?")
    ]

    assert found[0] == "30 days"


def test_nothing_is_offered_of_an_empty_answer() -> None:
    """No exception either."""
    assert pinnable_facts("", "Why?") == []


def test_a_suggestion_does_not_show_its_phrase() -> None:
    """Phrases are answer text."""
    assert "30" not in repr(pinnable_facts("It takes 30 days.", "How long?"))
