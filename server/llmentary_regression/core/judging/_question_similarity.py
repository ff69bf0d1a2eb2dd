"""
How similar two questions are, to find the previous wording of an edited one.
"""

from __future__ import annotations

from collections.abc import Iterable

_MIN_SIMILARITY = 0.6
"""Below this, two questions share little more than common words."""


def closest_question(question: str, others: Iterable[str]) -> int | None:
    """
    Return the index of the most similar question; None if none is similar enough, or two are equally similar.
    """
    # Imported late: the language server answers `initialize` without it.
    from rapidfuzz.distance import Indel

    words = question.casefold().split()
    ranked = sorted(
        (
            (score, index)
            for index, other in enumerate(others)
            if (score := _closeness(Indel.normalized_similarity, question, words, other)) >= _MIN_SIMILARITY
        ),
        key=lambda item: -item[0],
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]


def _closeness(similarity: object, question: str, words: list[str], other: str) -> float:
    assert callable(similarity)
    by_words = similarity(words, other.casefold().split())
    by_letters = similarity(question.casefold(), other.casefold())
    return float(max(by_words, by_letters))
