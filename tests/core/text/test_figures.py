"""
Numbers, dates and times in their several forms.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 000 people", "10,000 people"),
        ("12\xa0345 people", "12,345 people"),
        ("1 050 people", "1,050 people"),
        ("1'000'000 people", "1,000,000 people"),
        ("1,00,000 people", "100,000 people"),
        ("a hundred people", "100 people"),
        ("the twenty-first century", "the 21st century"),
        ("World War II", "World War Two"),
        ("Chapter IX", "Chapter 9"),
        ("minus 5 degrees", "-5 degrees"),
        ("±5 points", "+/-5 points"),
        ("3x4 m", "3 × 4 m"),
        ("(555) 123-4567", "555.123.4567"),
        ("+44 20 7946 0958", "+44-20-7946-0958"),
        ("No. 5 of p. 6, fig. 7", "No. 5 of page 6, figure 7"),
    ],
)
def test_a_number_reads_alike(same: CheckTexts, one: str, other: str) -> None:
    """By groups, words, letters and signs."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2021-03-03", "3-Mar-2021"),
        ("2021-03-03", "2021/03/03"),
        ("2021-03-03", "March the 3rd, 2021"),
        ("2021-03-03", "03.03.2021"),
        ("13 April 2021", "13/04/2021"),
        ("13 April 2021", "04/13/2021"),
        ("3/4/2021", "03/04/2021"),
        ("Wed, Mar 3, 2021", "Wednesday, March 3, 2021"),
        ("Sat and Sun", "Saturday and Sunday"),
        ("Jan. 2020", "January 2020"),
        ("at 9 o'clock", "at 9:00"),
        ("3.30 pm", "3:30 PM"),
    ],
)
def test_a_date_reads_alike(same: CheckTexts, one: str, other: str) -> None:
    """Where no two readings are possible."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("May 12 300 people", "May 12,300 people"),
        ("in 2019 300 people", "in 2,019,300 people"),
        ("10 000", "10 00"),
        ("03/04/2021", "04/03/2021"),
        ("13/04/2021", "13/05/2021"),
        ("World War II", "World War I"),
        ("Chapter IX", "Chapter XI"),
        ("0x10", "0*10"),
        ("70 BC", "70 AD"),
        ("a hundred", "hundreds"),
        ("555-123-4567", "555-123-4568"),
        ("10:05", "10.05"),
        ("He sat there", "He Saturday there"),
        ("1990s", "1990"),
        ("10 minus 5", "10 -5"),
    ],
)
def test_figures_stay_apart(different: CheckTexts, one: str, other: str) -> None:
    """Each of these says something else."""
    different(one, other)
