"""
Tell sentences about the conversation ("Glad you asked!", "Anything else?") from those that answer.

No list of phrases could hold all the ways to say nothing. So a language gives the words of which such
sentences are made, and those of which one must be among them; a sentence with any other word, a number or a
negation is part of the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_OTHER = re.compile(r"[\d$€£¥%<>=+^`{}|\\/@&]")
_END = re.compile(r"[.!?:,;\n]+")
_STOP = re.compile(r"[.!?:\n]+")
_ITEM = re.compile(r"[ ]*(?:[-*]|\d+[.)])[ ]+(?:[-*]+[ ]*)?")
_MOST_WORDS = 24
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Conversation:
    """
    The words of a language that speak of the conversation itself.
    """

    words: frozenset[str]
    """A sentence of nothing else may be one about the conversation."""
    markers: frozenset[str]
    """One of these makes it one: "hope", "thanks"."""
    topics: frozenset[str]
    """One of these does together with a person: "help" in "I can help you"."""
    persons: frozenset[str]
    addresses: frozenset[str]
    """A phrase before a comma must hold one of these: "As you asked, ..." but not "If you need help, ..."."""
    conditions: frozenset[str]
    """With one of these, a phrase before a comma or colon sets a condition for what follows."""
    labels: frozenset[str]
    """What may stand alone before a colon: "Answer:"."""


def opening_end(text: str, start: int, spoken: Conversation) -> int | None:
    """
    Return where a first phrase about the conversation ends, or None.
    """
    first = _WORD.match(text, start)
    if first is None or first[0].lower() not in spoken.words:
        return None
    end = _END.search(text, start, start + _LONGEST)
    while end is not None:
        words = _words(text[start : end.start()])
        if words is None or not spoken.words.issuperset(words):
            return None
        mark = end[0][0]
        if _opens(words, mark, spoken) and (
            mark == "\n" or text[end.end() : end.end() + 1] in (" ", "\n", "*", "<")
        ):
            return end.end()
        end = _END.search(text, end.end(), start + _LONGEST) if mark in ",;" else None
    return None


def closing_start(text: str, start: int, end: int, spoken: Conversation) -> int | None:
    """
    Return where the last sentences begin that speak of the conversation alone, or None.
    """
    far = max(start, end - _LONGEST)
    body = text[far:end].rstrip(" \n.!?,*_\"'-")
    found: int | None = None
    upto = len(body)
    for stop in reversed(list(_STOP.finditer(body))):
        words = _words(body[stop.end() : upto])
        if words is None or not spoken.words.issuperset(words):
            break
        if _ITEM.fullmatch(body[body.rfind("\n", 0, stop.end()) + 1 : stop.end()] + " "):
            break  # an item of a list is a part of the answer
        if _is_spoken(words, spoken):
            found = far + stop.end()
        upto = stop.start()
    return found


def _opens(words: list[str], mark: str, spoken: Conversation) -> bool:
    if mark in ":\n" and spoken.labels.issuperset(words):
        return bool(words)
    if mark in ",;:" and not spoken.conditions.isdisjoint(words):
        return False
    if mark in ",;":
        return not spoken.addresses.isdisjoint(words)
    return mark != "?" and len(words) + (mark in ".!") > 1 and _is_spoken(words, spoken)


def _is_spoken(words: list[str], spoken: Conversation) -> bool:
    if not spoken.markers.isdisjoint(words):
        return True
    return not (spoken.persons.isdisjoint(words) or spoken.topics.isdisjoint(words))


def _words(phrase: str) -> list[str] | None:
    """
    Return the words of a phrase, or None if it holds anything that speaks of more.
    """
    if _OTHER.search(phrase):
        return None
    words = [word.lower() for word in _WORD.findall(phrase)]
    return words if len(words) <= _MOST_WORDS else None
