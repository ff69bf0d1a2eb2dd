"""
Marks that can be counted say nothing; any other is a figure.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1. Wash it.\n2. Dry it.\n3. Fold it.", "- Wash it.\n- Dry it.\n- Fold it."),
        ("1. Wash it.\n2. Dry it.", "a) Wash it.\nb) Dry it."),
        ("1. Wash it.\n2. Dry it.", "i. Wash it.\nii. Dry it."),
        ("1. Wash it.\n2. Dry it.", "(1) Wash it.\n(2) Dry it."),
        ("1. Wash it.\n2. Dry it.", "A. Wash it.\nB. Dry it."),
        ("1. Wash it.\n2. Dry it.", "1️⃣ Wash it.\n2️⃣ Dry it."),
        ("1. Wash it.\n2. Dry it.", "① Wash it.\n② Dry it."),
        ("1. Wash it.\n2. Dry it.", "**1. Wash it.**\n**2. Dry it.**"),
        ("1. Wash it.\n2. Dry it.", "1. Wash it. 2. Dry it."),
        ("1. Wash it.\n2. Dry it.", "1.\n\nWash it.\n\n2.\n\nDry it."),
        ("1. Wash it.\n2. Dry it.", "<ol><li>Wash it.</li><li>Dry it.</li></ol>"),
        ("1. Wash it.\n2. Dry it.", "<p>1. Wash it.</p>\n<p>2. Dry it.</p>"),
        ("1. Wash it.\n2. Dry it.", "1. Wash it.\r\n\f2. Dry it."),
        ("1. Wash it – now.\n2. Dry it.", "1. Wash it – now.\v2. Dry it."),
        ("1. Wash it.\n2. Dry it.", "Sure! 1. Wash it.\n2. Dry it."),
        ("1. A\n2. B\n3. C", "1. A\n1. B\n1. C"),
        (
            "1. Wash it.\n   1. Soak.\n   2. Rinse.\n2. Dry it.",
            "* Wash it.\n   * Soak.\n   * Rinse.\n* Dry it.",
        ),
    ],
)
def test_marks_that_count_up_are_dropped(same: CheckTexts, one: str, other: str) -> None:
    """The items stand in the same order without them."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1. Wash it.\n2. Dry it.", "1. Wash it.\n3. Dry it."),
        ("1. Wash it.\n2. Dry it.", "1. Wash it.\n1. Dry it."),
        ("2. Wash it.", "Wash it."),
        ("1. FC Koeln", "FC Koeln"),
        ("B) Paris", "C) Paris"),
        ("B) Paris", "Paris"),
        ("Option 2.", "Option 3."),
    ],
)
def test_marks_that_do_not_count_up_stay(different: CheckTexts, one: str, other: str) -> None:
    """They are figures, answers to choose from, or parts of names."""
    different(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It opened in 1889.[1]", "It opened in 1889."),
        ("It opened in 1889 [1].", "It opened in 1889."),
        ("It opened in Paris[1] in 1889[2].", "It opened in Paris in 1889."),
        ("It opened in 1889 [1, 2].", "It opened in 1889."),
        ("It opened in 1889.¹", "It opened in 1889."),
        ("It opened in 1889【1†source】.", "It opened in 1889."),
        ("It opened in 1889.[^1]", "It opened in 1889."),
    ],
)
def test_a_mark_of_a_source_that_is_not_named_is_dropped(same: CheckTexts, one: str, other: str) -> None:
    """It points to nothing in the answer."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("See this [1].\n\n[1] Smith", "See this [2].\n\n[1] Smith"),
        ("It opened [1].\n\n[1] Smith", "It opened.\n\n[1] Smith"),
        ("Take items[1].", "Take items[2]."),
        ("Let a = items[1].", "Let a = items."),
        ("x²", "x"),
    ],
)
def test_a_mark_that_points_to_something_stays(different: CheckTexts, one: str, other: str) -> None:
    """To a source below, or to an item of code."""
    different(one, other)
