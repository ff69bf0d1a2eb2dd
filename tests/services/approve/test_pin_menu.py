"""
Pins are chosen from a numbered list, or typed.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.model import (
    Answer,
    Case,
    CaseResult,
    CaseSettings,
    Position,
    Reason,
    Role,
    Span,
    Turn,
    Verdict,
    VerdictKind,
)
from llmentary_regression.core.pins import PinSuggestion, name_of, phrases_of
from llmentary_regression.services.approve import PinMenu
from llmentary_regression.services.approve._pin_menu import HELP

FACTS = [
    PinSuggestion("30 days", "number", False),
    PinSuggestion("Maria Jones", "name", False),
    PinSuggestion("jacket", "word", True),
]


def a_menu(answer: str = "A jacket: 30 days, ask Maria Jones.") -> PinMenu:
    span = Span(Position(0, 0), Position(0, 1))
    case = Case("key", "one", None, (Turn(Role.USER, "q?"),), (), (), span, span)
    result = CaseResult(
        "a.llmtest", case, CaseSettings(), Verdict(VerdictKind.NEW, Reason.NO_BASELINE), Answer(answer)
    )
    return PinMenu(result, FACTS)


def check(lines: list[str], *pins: tuple[str, tuple[str, ...]]) -> str:
    """
    Take the lines, see what is pinned by name and phrases, and return what was said last.
    """
    menu = a_menu()
    said = [menu.take(line) for line in lines]

    assert [(name_of(pin), phrases_of(pin)) for pin in menu.pins] == list(pins)
    return said[-1]


def test_the_list_is_numbered_and_says_what_each_is() -> None:
    """In columns, with what the question says itself marked."""
    assert a_menu().text.split("\n") == [
        "  1  30 days      (number)",
        "  2  Maria Jones  (name)",
        "  3  jacket       (word, in the question as well)",
    ]


def test_numbers_pin_and_take_back() -> None:
    """Like boxes that are ticked."""
    said = check(["1 2", "1"], ("", ("Maria Jones",)))

    assert said == "pinned: Maria Jones"


@pytest.mark.parametrize(
    ("line", "name", "phrases"),
    [
        ("1 = a month", "", ("30 days", "a month")),
        ("1|a month|four weeks", "", ("30 days", "a month", "four weeks")),
        ("return window := 1", "return window", ("30 days",)),
        ("return window := 1 = a month", "return window", ("30 days", "a month")),
        ("person := Jones | Maria", "person", ("Jones", "Maria")),
    ],
)
def test_aliases_and_names_are_typed(line: str, name: str, phrases: tuple[str, ...]) -> None:
    """With the number of what is offered, or with any phrase of the answer."""
    check([line], (name, phrases))


def test_the_last_word_on_a_phrase_counts() -> None:
    """It is pinned once."""
    check(["1", "1 = a month"], ("", ("30 days", "a month")))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("90 days", "does not contain `90 days`; pin a phrase that occurs in it"),
        ("window := 90 days", "does not contain `90 days`"),
        (":= 30 days", "has no name before `:=`"),
        ("thirty days := 1", "says what it pins, and names are stored while answers never are"),
        ("?", HELP),
    ],
)
def test_what_cannot_be_pinned_is_said(line: str, said: str) -> None:
    """And nothing is pinned."""
    assert said in check([line])


def test_a_denied_phrase_is_explained() -> None:
    """The answer holds the word, so that it does not would be no explanation."""
    said = a_menu("It is not refundable.").take("refundable")

    assert "says `refundable` only after a negation; pin both together, such as `not refundable`" in said
