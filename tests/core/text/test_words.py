"""
Abbreviations, spellings and possession.
"""

from __future__ import annotations

import pytest

from text_checks import CheckTexts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.k.a. Bob", "also known as Bob"),
        ("w/ milk", "with milk"),
        ("w/o milk", "without milk"),
        ("Mt. Everest", "Mount Everest"),
        ("Sen. Lee", "Senator Lee"),
        ("cf. that", "compare that"),
        ("'til noon", "until noon"),
        ("thru May", "through May"),
        ("anti-virus tool", "antivirus tool"),
        ("co-operate", "cooperate"),
        ("a web site", "a website"),
        ("naïve café", "naive cafe"),
        ("James' book", "James's book"),
        ("ca. 50 people", "approximately 50 people"),
        ("c. 1500", "circa 1500"),
        ("towards it", "toward it"),
    ],
)
def test_a_word_reads_alike(same: CheckTexts, one: str, other: str) -> None:
    """In short and in full, in one English and another."""
    same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("w/ milk", "w/o milk"),
        ("re-sign", "resign"),
        ("the users' names", "the user's names"),
        ("every day", "everyday"),
        ("non-smokers", "smokers"),
        ("snake_case", "snake case"),
    ],
)
def test_words_stay_apart(different: CheckTexts, one: str, other: str) -> None:
    """However near they look."""
    different(one, other)
