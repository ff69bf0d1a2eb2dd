"""
Ranges with a dash and in words.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3-5 days", "3 to 5 days"),
        ("3–5 days", "3 to 5 days"),
        ("$5-$10", "$5 to $10"),
        ("5%-10%", "5% to 10%"),
        ("1990–2000", "1990 to 2000"),
        ("Monday–Friday", "Monday to Friday"),
        ("Mon-Fri", "Monday to Friday"),
        ("Mon.–Fri.", "Monday-Friday"),
        ("Jan–Mar", "January to March"),
        ("9am-5pm", "9 am to 5 pm"),
        ("9 a.m. – 5 p.m.", "9am to 5pm"),
        ("pp. 5-6", "pages 5 to 6"),
    ],
)
def test_a_range_reads_alike(same: CheckTexts, one: str, other: str) -> None:
    """Of numbers that rise, of days, months and hours."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Monday-Friday", "Monday, Friday"),
        ("3-5 days", "3, 5 days"),
        ("5-3 = 2", "5 to 3 = 2"),
        ("3 - 5 = x", "3 to 5 = x"),
        ("9-5", "9.5"),
        ("June 5-7", "June 5, 7"),
        ("-5", "5"),
    ],
)
def test_no_range_is_made_of_something_else(different: CheckTexts, one: str, other: str) -> None:
    """A list, a subtraction, a score."""
    different(one, other)
