"""
Guess the other forms of a word, so that `refunds` and `refund` do not count as different words.

This is possible only for words of the new answer: of the approved ones there are only hashes.
"""

from __future__ import annotations

from collections.abc import Iterator

_ENDINGS = ("s", "es", "ed", "d", "ing", "ly", "er", "'s", "al", "n")
_MIN_STEM = 3


def inflections(word: str) -> Iterator[str]:
    """
    Yield possible inflections of an English word and of its stems; many of them are not words.
    """
    stems = {word}
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            stem = word[: -len(ending)]
            stems.update((stem, stem + "e"))
            if stem[-1:] == stem[-2:-1]:
                stems.add(stem[:-1])
    if word.endswith(("ies", "ied")):
        stems.add(word[:-3] + "y")
    for stem in stems:
        yield stem
        for ending in _ENDINGS:
            yield stem + ending
        if stem.endswith("e"):
            yield from (stem[:-1] + "ing", stem[:-1] + "al")
        if stem.endswith("y"):
            yield from (stem[:-1] + "ies", stem[:-1] + "ied")
        if len(stem) >= _MIN_STEM:
            yield from (stem + stem[-1] + "ed", stem + stem[-1] + "ing")
