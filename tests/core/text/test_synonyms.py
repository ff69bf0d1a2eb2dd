"""
Words of near meaning keep a reworded answer from being called changed, and never let one pass.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.text.languages import near_words


@pytest.mark.parametrize(
    ("word", "near"), [("help", "assist"), ("helped", "assisted"), ("refund", "refunds"), ("big", "large")]
)
def test_a_word_is_near_its_forms_and_its_synonyms(word: str, near: str) -> None:
    """In any inflection."""
    assert near in set(near_words(word, "en"))


@pytest.mark.parametrize(("word", "far"), [("help", "harm"), ("buy", "sell"), ("refund", "parcel")])
def test_a_word_is_far_from_another(word: str, far: str) -> None:
    """An opposite is no synonym."""
    assert far not in set(near_words(word, "en"))


def test_a_language_without_groups_knows_forms_alone() -> None:
    """Nothing English is looked up for it."""
    assert "assist" not in set(near_words("help", "xx"))
    assert "help" in set(near_words("help", "xx"))
