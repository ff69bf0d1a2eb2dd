"""
What an edit is: an approved answer and a new one made from it, or None where the kind does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

Pair = tuple[str, str]
Edit = Callable[[str, Random], "Pair | None"]

_SENTENCE_END = re.compile(r"(?<=[a-z)][.!?])\s+(?=[A-Z])")


def sentences_of(text: str) -> list[str]:
    """
    Split prose into sentences, roughly: a full stop after a small letter, then a capital.
    """
    return [part for part in _SENTENCE_END.split(text.strip()) if part]


def replace_one(pattern: str, change: Callable[[re.Match[str], Random], str | None], flags: int = 0) -> Edit:
    """
    Return an edit that changes one random match of the pattern.
    """
    compiled = re.compile(pattern, flags)

    def edit(text: str, random: Random) -> Pair | None:
        matches = list(compiled.finditer(text))
        random.shuffle(matches)
        for match in matches:
            new = change(match, random)
            if new is not None and new != match[0]:
                return text, text[: match.start()] + new + text[match.end() :]
        return None

    return edit


def replace_all(pattern: str, change: Callable[[re.Match[str]], str], flags: int = 0) -> Edit:
    """
    Return an edit that changes every match of the pattern.
    """
    compiled = re.compile(pattern, flags)

    def edit(text: str, random: Random) -> Pair | None:
        new = compiled.sub(change, text)
        return (text, new) if new != text else None

    return edit


def swap_words(table: Mapping[str, str], *, both_ways: bool = True) -> Edit:
    """
    Return an edit that puts one word of the table in the place of its partner, keeping a capital.
    """
    partners: dict[str, list[str]] = {}
    for left, right in table.items():
        partners.setdefault(left, []).append(right)
        if both_ways:
            partners.setdefault(right, []).append(left)
    longest_first = sorted(partners, key=len, reverse=True)
    pattern = r"(?<![\w-])(?:" + "|".join(re.escape(word) for word in longest_first) + r")(?![\w-])"

    def change(match: re.Match[str], random: Random) -> str | None:
        new = random.choice(partners[match[0].lower()]) if match[0].lower() in partners else None
        if new and match[0][0].isupper():
            new = new[0].upper() + new[1:]
        return new

    return replace_one(pattern, change, re.IGNORECASE)


def add_sentence(old: Sequence[tuple[str, str]]) -> Edit:
    """
    Return an edit that puts one of the given sentences into both answers, approved and new form.
    """

    def edit(text: str, random: Random) -> Pair | None:
        parts = sentences_of(text)
        place = random.randint(0, len(parts))
        left, right = random.choice(list(old))
        return (
            " ".join([*parts[:place], left, *parts[place:]]),
            " ".join([*parts[:place], right, *parts[place:]]),
        )

    return edit


def add_block(old: Sequence[tuple[str, str]]) -> Edit:
    """
    Return an edit that puts one of the given blocks (code, a list) below both answers.
    """

    def edit(text: str, random: Random) -> Pair | None:
        left, right = random.choice(list(old))
        return f"{text}\n\n{left}", f"{text}\n\n{right}"

    return edit


def first_of(*edits: Edit) -> Edit:
    """
    Return an edit that tries several in turn: those that find something in the text first.
    """

    def edit(text: str, random: Random) -> Pair | None:
        for candidate in edits:
            if (pair := candidate(text, random)) is not None:
                return pair
        return None

    return edit


def before(*phrases: str) -> Edit:
    """
    Return an edit that puts one of the given phrases in front of the answer.
    """
    return lambda text, random: (text, random.choice(phrases) + text)


def after(*phrases: str) -> Edit:
    """
    Return an edit that puts one of the given phrases at the end of the answer.
    """
    return lambda text, random: (text, text.rstrip() + random.choice(phrases))
