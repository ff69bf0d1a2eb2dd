"""
Words of near meaning, so that `assist` for `help` is not taken for another statement.

They never let an answer pass: they only keep one replaced word from being called a change.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ._inflection import inflections


def near_words(word: str, lang: str) -> Iterator[str]:
    """
    Yield the forms of a word and of those of near meaning; many of them are no words.
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
        # The package's own data, read the first time that a single word was replaced.
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
