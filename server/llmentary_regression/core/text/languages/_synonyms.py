"""
Words of similar meaning, so that `assist` in place of `help` does not count as another statement.

They never make an answer pass: they only prevent one replaced word from being called a change.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ._inflection import inflections


def near_words(word: str, lang: str) -> Iterator[str]:
    """
    Yield the inflections of a word and of words with a similar meaning; many of them are not words.
    """
    groups = _read_groups(lang)
    forms = set(inflections(word)) | {word}
    yield from forms
    for form in forms:
        for near in groups.get(form, ()):
            yield near
            yield from inflections(near)


@lru_cache(maxsize=4)
def _read_groups(lang: str) -> Mapping[str, tuple[str, ...]]:
    try:
        # The package's own data, read when a single word was replaced for the first time.
        data = pkgutil.get_data(__package__, f"{lang}.synonyms.txt")
    except OSError:
        return {}
    near: dict[str, set[str]] = {}
    for line in (data or b"").decode().splitlines():
        if not line.startswith("#"):
            group = line.split()
            for word in group:
                near.setdefault(word, set()).update(group)
    return {word: tuple(sorted(group - {word})) for word, group in near.items()}
