"""
What an answer becomes must not depend on the Unicode tables of the Python that reads it.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.text import analyze


@pytest.mark.parametrize(
    "letter", ["\U00010570", "\U00016a7c", "\u0870", "\u089e", "\U00011f17", "\U0001e4d0"]
)
def test_a_letter_that_the_pinned_tables_do_not_know_stands_alone(letter: str) -> None:
    """Python 3.10 does not know these either, 3.13 would join them to words or fold their case."""
    assert analyze(f"ab{letter}cd").tokens.forms == ["ab", letter, "cd"]


def test_known_letters_are_joined_folded_and_composed() -> None:
    """By tables that every Python has."""
    assert analyze("ÄRGER Ärger A\u0308rger ärger ΣΊΣΥΦΟΣ").tokens.forms == ["ärger"] * 4 + ["σίσυφοσ"]


def test_new_pictures_stay_as_they_are() -> None:
    """An emoji of yesterday is a token like any other."""
    assert analyze("see \U0001fae8 here").tokens.forms == ["see", "\U0001fae8", "here"]
