"""
How alike two questions read, to find the previous wording of an edited one.
"""

from __future__ import annotations

from collections.abc import Iterable

_LEAST = 0.6
"""Below, two questions share little more than their common words."""


def closest_question(question: str, others: Iterable[str]) -> int | None:
    """
    Return the place of the question that reads most alike; None where none is alike, or two are equally so.
    """
    # Imported here: the editor answers `initialize` without it.
    from rapidfuzz.distance import Indel

    wanted = question.casefold().split()
    ranked = sorted(
        (
            (score, place)
            for place, other in enumerate(others)
            if (score := _closeness(Indel.normalized_similarity, question, wanted, other)) >= _LEAST
        ),
        key=lambda one: -one[0],
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _closeness(similarity: object, question: str, words: list[str], other: str) -> float:
    assert callable(similarity)
    by_words = similarity(words, other.casefold().split())
    by_letters = similarity(question.casefold(), other.casefold())
    return float(max(by_words, by_letters))
