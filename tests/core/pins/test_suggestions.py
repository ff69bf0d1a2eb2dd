"""
Which phrases are offered for pinning.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.pins import absent_pins, suggest_pins
from llmentary_regression.core.text import analyze


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
        ("How long is it?", "It is 30 days. Keep the receipt.", "30 days"),
        ("How soon?", "Delivery takes 5 to 7 business days.", "5 to 7 business days"),
        ("Who is the CEO?", "The CEO of Acme Corporation is Dr. Maria Jones.", "Dr. Maria Jones"),
        ("Which language is it written in?", "It is written in Rust", "Rust"),
        ("Why was my order cancelled?", "It was cancelled because the payment was declined.", "declined"),
        (
            "Why does it dry out?",
            "It dries out due to increased evaporation in summer.",
            "increased evaporation",
        ),
        ("Can I transfer it?", "No, the warranty is not transferable to another owner.", "not transferable"),
        ("What does it return?", "It returns the `sum` of two numbers.", "sum"),
        ("How do I log in?", "You log in by single sign-on, as all do.", "single sign-on"),
        ("Which plan?", "You need the **premium** plan; ask support for it if you want to.", "premium"),
        ("退款期限是多久？", "退款期限为30天，请联系客服。", "30天"),
    ],
)
def test_the_decisive_phrase_is_among_the_first_three(question: str, answer: str, decisive: str) -> None:
    """So that pinning is one click."""
    assert decisive in [one.phrase for one in suggest_pins(answer, question)[:3]]


def test_what_the_question_says_comes_last() -> None:
    """It would recur in any answer."""
    found = [
        one.phrase for one in suggest_pins("In Oslo the limit is 30 days.", "What is the limit in Oslo?")
    ]

    assert found[0] == "30 days"


def test_nothing_is_offered_of_an_empty_answer() -> None:
    """No exception either."""
    assert suggest_pins("", "Why?") == []


def test_a_suggestion_does_not_show_its_phrase() -> None:
    """Phrases are answer text."""
    facts = suggest_pins("It takes 4096731 days.", "How long?")

    assert "4096731" in facts[0].phrase
    assert "4096731" not in repr(facts)


@pytest.mark.parametrize(
    "answer", ["It takes 30 days.", "It takes 30 days!", "(30 days)", "**30 days**, no more."]
)
def test_a_phrase_bears_no_marks_of_the_sentence(answer: str) -> None:
    """It is shown, and pinned, as a phrase."""
    assert "30 days" in [one.phrase for one in suggest_pins(answer, "How long?")]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("Read our Return Policy For All Customers Of The Acme Online Store And Partners now.", 5),
        ("It is 30 days. Keep the receipt, Maria.", 1),
        ("Click **Security** Settings first.", 2),
    ],
)
def test_no_name_runs_on(answer: str, name: int) -> None:
    """Capitals of headings, of sentences and across marks make no longer name."""
    names = [one.phrase for one in suggest_pins(answer, "What?") if one.kind == "name"]

    assert names
    assert max(len(phrase.split()) for phrase in names) <= name
    assert not any("Keep" in phrase or "*" in phrase for phrase in names)


def test_words_that_carry_nothing_are_not_offered() -> None:
    """Neither the question's own in another form, nor `found` and `due`."""
    offered = suggest_pins("The lake vanished due to heat, as was found.", "Why does the lake vanish?")

    assert [one.phrase for one in offered] == ["heat"]


@pytest.mark.parametrize(
    "answer",
    [
        "Sale items cannot be returned, and we do not pay for the label.",
        "Run:\n\n```python\nimport TextBlob\n\nblob = TextBlob(x)\nprint(blob.mood)\n```\n\nThen `<h1>`.",
        "4y = -9x + 36, says Brig. Gen. Edward Jones in November 1995.",
        "North Korea puts a US citizen on trial; the USPS and the IT department know nothing.",
        '{"name": "John Doe", "days": 30}',
        "مدة الاسترجاع 30 يومًا من تاريخ الشراء.",
        "1. **Open** _Settings_\n2. Click `Save as…`\n\n| a | 30 |\n|---|---|\n| b | 40 % |",
    ],
)
def test_all_that_is_offered_can_be_pinned(answer: str) -> None:
    """Whoever ticks a phrase must not be told that the answer does not hold it."""
    offered = [one.phrase for one in suggest_pins(answer, "What?")]

    assert offered
    assert absent_pins(offered, analyze(answer)) == []
