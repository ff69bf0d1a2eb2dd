"""
Distinguish sentences about the conversation ("Glad you asked!", "Anything else?") from those that answer.

No list of phrases could contain all ways to say nothing. So a language lists the words that such sentences are
made of, and what marks one of them: a call, thanks, the announcement of a text, an offer, an invitation to begin.
A sentence with any other word, a number or a duty is part of the answer, and so is one with a negation that is
not part of an idiom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmentary_regression.core.text.presentation import FORMAT_TAG

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_OTHER = re.compile(r"[\d$€£¥%<>=+^`{}|\\/@&]")
_END = re.compile(r"[.!?:,;\n]+")
_STOP = re.compile(r"[.!?:\n]+")
_ITEM = re.compile(r"[ ]*[*_]{0,3}(?:[-*]|\d+[.)])[*_]{0,3}[ ]+(?:[-*]+[ ]*)?")
_MAX_WORDS = 28
_MAX_LENGTH = 200
_IDIOM = "okay"
"""Replaces an idiom. It marks a sentence that it begins, or in which there is a condition."""
_POSSIBLE = frozenset({"if", "whenever", "any", "anything", "case", "hope", "hopefully"})
_DUTY = re.compile(
    r"\b(?:have|has|need|needs|had) to\b(?! know)|\bmust\b|\A\W*you should\b"
    r"|\b(?:make|be) sure\b|\b(?:welcome|thanks) to\b"
)
"""What the reader has to do, or may do, is part of the answer."""
_COPULAS = frozenset({"is", "are", "comes", "goes", "you", "you'll", "we", "i", "i've", "it"})
_BRIDGES = frozenset({"so", "now", "well", "and", "then", "but", "please", "just", "always", "oh"})
"""Words before the actual sentence; English, but harmless in other languages."""
_WISH = re.compile(
    r"\W*(?:happy [a-z]+ing|(?:have|enjoy) (?:an? (?:\w+ ){0,3}|(?:the rest of )?your (?:\w+ ){0,2})"
    r"(?:day|night|evening|week|weekend|morning|afternoon|one))(?: ahead)?\W*"
)


@dataclass(frozen=True, slots=True)
class Conversation:
    """
    The words of a language that are used for the conversation itself.
    """

    words: frozenset[str]
    """A sentence of these words alone may be about the conversation; the words below are among them."""
    markers: frozenset[str]
    """One of these marks such a sentence: "hope", "thanks"."""
    topics: frozenset[str]
    """One of these marks it together with a person: "help" in "I can help you"."""
    persons: frozenset[str]
    addresses: frozenset[str]
    """A phrase before a comma must contain one of these: "As you asked, ..." but not "If you need help, ..."."""
    conditions: frozenset[str]
    """With one of these, a phrase before a comma or colon sets a condition for what follows."""
    labels: frozenset[str]
    """What may be alone before a colon: "Answer:"."""
    calls: frozenset[str] = frozenset()
    """A marker where a sentence begins with it: "sure", "hello", "wow"."""
    presents: frozenset[str] = frozenset()
    """Announces a text, together with one of those: "here's the gist"."""
    texts: frozenset[str] = frozenset()
    praise: frozenset[str] = frozenset()
    """Before an answer, and together with what is praised: "great question"."""
    praised: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    """A marker where the sentence is a question: "clear?", "more?"."""
    feelings: frozenset[str] = frozenset()
    """A marker where it is the speaker's: "glad to help", "I'm happy to"."""
    invitations: frozenset[str] = frozenset()
    """What opens a sentence that proposes to begin: "let's"."""
    invited: frozenset[str] = frozenset()
    """What is proposed: "let me explain"."""
    states: frozenset[str] = frozenset()
    """What a reader may be in (stuck, confused): only of a possible one is nothing said."""
    known: frozenset[str] = frozenset()
    """The words, and those of idioms."""
    idiom: re.Pattern[str] | None = None
    """A phrase that says other than its words: "no worries", "without further ado"."""


def read_conversation(listed: Mapping[str, Sequence[str]]) -> Conversation:
    """
    Return the conversation of a language file.
    """
    parts = {part: frozenset(words) for part, words in listed.items()}
    idioms = parts.pop("idioms", frozenset())
    words = frozenset({_IDIOM}).union(*parts.values())
    any_of = "|".join(re.escape(idiom) for idiom in sorted(idioms, key=len, reverse=True))
    return Conversation(
        **{**parts, "words": words},
        known=words.union(*(_WORD.findall(idiom) for idiom in idioms)),
        idiom=re.compile(rf"(?<!\w)(?:{any_of})(?!\w)") if idioms else None,
    )


def opening_end(text: str, start: int, spoken: Conversation) -> int | None:
    """
    Return where a first phrase about the conversation ends, or None.
    """
    first = _WORD.match(text, start)
    if first is None or first[0].lower() not in spoken.known:
        return None
    end = _END.search(text, start, start + _MAX_LENGTH)
    while end is not None:
        words = _words(text[start : end.start()], spoken)
        if words is None:
            return None
        mark = end[0][0]
        if _opens(words, mark, spoken) and (
            "\n" in end[0] or text[end.end() : end.end() + 1] in (" ", "\n", "*", "<")
        ):
            return end.end()
        end = _END.search(text, end.end(), start + _MAX_LENGTH) if mark in ",;" else None
    return None


def closing_start(text: str, start: int, end: int, spoken: Conversation) -> int | None:
    """
    Return where the last sentences begin that speak of the conversation alone, or None.
    """
    far = max(start, end - _MAX_LENGTH)
    body = text[far:end].rstrip(" \n.!?,*_\"'-")
    found: int | None = None
    upto = len(body)
    for stop in reversed(list(_STOP.finditer(body))):
        words = _words(body[stop.end() : upto], spoken)
        if words is None:
            break
        if _ITEM.fullmatch(body[body.rfind("\n", 0, stop.end()) + 1 : stop.end()] + " "):
            break  # an item of a list is a part of the answer
        if _is_spoken(words, spoken, is_question=text[far + upto : far + upto + 1] == "?"):
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
    if mark == "?" or len(words) + (mark in ".!:") < 2:
        return False
    if words[0] in spoken.calls and spoken.states.isdisjoint(words):
        return True
    return _is_spoken(words, spoken) or _holds_both(words, spoken.praise, spoken.praised)


def _is_spoken(words: list[str], spoken: Conversation, *, is_question: bool = False) -> bool:
    while words and words[0] in _BRIDGES:
        words = words[1:]
    if not words:
        return False
    is_possible = not _POSSIBLE.isdisjoint(words)
    if not spoken.states.isdisjoint(words):
        return is_question or is_possible
    first = words[0]
    if first == _IDIOM or (_IDIOM in words and is_possible):
        return True
    if not spoken.markers.isdisjoint(words) or (first in spoken.calls and len(words) == 1):
        return True
    if not spoken.feelings.isdisjoint(words) and (first in spoken.feelings or first in spoken.persons):
        return True
    if first in spoken.invitations or _proposes(words, spoken):
        return True
    if first in spoken.topics and is_possible:
        return True
    if is_question and not spoken.asked.isdisjoint(words):
        return True
    return _presents(words, spoken) or _holds_both(words, spoken.persons, spoken.topics)


def _proposes(words: list[str], spoken: Conversation) -> bool:
    """
    Tell "let us begin" and "let me explain" from "let it rest".
    """
    return words[:2] == ["let", "us"] or (words[0] == "let" and not spoken.invited.isdisjoint(words[2:3]))


def _presents(words: list[str], spoken: Conversation) -> bool:
    """
    Return whether a text is announced: "here's the gist", "below you'll find", "please find the answer below".
    """
    if spoken.presents.isdisjoint(words) or spoken.texts.isdisjoint(words):
        return False
    if words[0] in spoken.presents:
        return "'" in words[0] or not _COPULAS.isdisjoint(words[1:2])
    return "find" in words


def _holds_both(words: list[str], some: frozenset[str], others: frozenset[str]) -> bool:
    return not (some.isdisjoint(words) or others.isdisjoint(words))


def _words(phrase: str, spoken: Conversation) -> list[str] | None:
    """
    Return the words of a phrase, an idiom as one, or None if it holds anything that speaks of more.
    """
    phrase = phrase.lower()
    if "<" in phrase:
        phrase = FORMAT_TAG.sub(" ", phrase)
    if _WISH.fullmatch(phrase):
        return [_IDIOM]
    words = _WORD.findall(phrase)
    # What answers holds some other word, nearly always: it must be quick.
    if not spoken.known.issuperset(words) or _OTHER.search(phrase) or _DUTY.search(phrase):
        return None
    if spoken.idiom is not None:
        words = _WORD.findall(spoken.idiom.sub(_IDIOM, phrase))
    return words if len(words) <= _MAX_WORDS and spoken.words.issuperset(words) else None
