"""
The spellings of a pinned phrase that follow from its words, so that nobody has to type them.

What needs knowledge (a synonym, a nickname, a surname alone) is an alias, and up to the developer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.presentation import normalize_unicode
from llmentary_regression.core.text.tokenizer import Tokens, tokenize

from ._words import PinnedWord, pinned_words, stem

_MAX_WORDS = 60
_CONTEXT = "of "
_MAX_COMPOUND_WORDS = 4
"""In a phrase of up to this many words, two neighboring words may also be written as one."""
_INITIALS = re.compile(r"(?:[A-Z]\.? ?){1,4}")
_NAME_JOINTS = frozenset({"of", "the", "and", "for", "&", "de", "von", "van", "la"})
_ABBREVIATION = r"[A-Z][A-Za-z&]{0,6}[A-Z]"


class Trait(IntFlag):
    """
    What else counts when a phrase is searched for.
    """

    NAME = 1
    """Middle names may differ, and the last name may come first: `Jones, Maria`."""
    INITIALS = 2
    """The first word is initials, which may be written out as names."""
    CAPITALS = 4
    """An abbreviation: it has to be in capitals."""


_NONE = Trait(0)


@dataclass(frozen=True, slots=True, repr=False)
class Spelling:
    """
    One way to spell a phrase. Memory only.
    """

    words: tuple[str, ...]
    trait: Trait = _NONE

    def __repr__(self) -> str:
        return f"Spelling({len(self.words)} words)"


def spell_phrase(phrase: str, lexicon: Lexicon, answer: str = "") -> list[Spelling]:
    """
    Return the spellings of a phrase, the given one first; none for a phrase without a word.

    Args:
        answer: the approved answer, which may explain an abbreviation.
    """
    # Inside a sentence `US` is not a shouted `us`, and a capital marks a name.
    text = _CONTEXT + normalize_unicode(phrase).strip(" `")
    tokens = tokenize(text, lexicon)
    words = pinned_words(text, tokens, lexicon)[1:][:_MAX_WORDS]
    if not words:
        return []
    forms = tuple(word.form for word in words)
    trait = _trait_of(phrase)
    found = dict.fromkeys([Spelling(forms, trait)])
    others = (
        _compounds(forms, [tokens.kinds[word.token] for word in words]),
        _counted(forms, words, tokens),
        _with_initials(forms, words, tokens, trait),
        _turned(phrase, forms, trait),
        _abbreviation_of(phrase, trait),
        _explained(phrase, answer, lexicon),
        _as_code(text.removeprefix(_CONTEXT), lexicon),
    )
    for spellings in others:
        found.update(dict.fromkeys(spellings))
    return list(found)


def _trait_of(phrase: str) -> Trait:
    names = phrase.split()
    if len(names) < 2 or not all(word[:1].isupper() for word in names):
        return _NONE
    return Trait.NAME | (Trait.INITIALS if _INITIALS.fullmatch(" ".join(names[:-1])) else _NONE)


def _compounds(forms: tuple[str, ...], kinds: list[TokenKind]) -> Iterator[Spelling]:
    """
    Yield the phrase with two neighboring words as one: `steam ship`, `steamship`.
    """
    if len(forms) > _MAX_COMPOUND_WORDS:
        return
    for index in range(len(forms) - 1):
        if all(may_join(forms[token], kinds[token]) for token in (index, index + 1)):
            yield Spelling((*forms[:index], forms[index] + forms[index + 1], *forms[index + 2 :]))


def may_join(form: str, kind: TokenKind) -> bool:
    """
    Return whether a word may be a part of a compound.
    """
    return (
        kind in (TokenKind.WORD, TokenKind.NAME, TokenKind.UNIT, TokenKind.FUNCTION)
        and form.isascii()
        and form.isalpha()
    )


def _counted(forms: tuple[str, ...], words: list[PinnedWord], tokens: Tokens) -> Iterator[Spelling]:
    """
    Yield `ninth season` for `season 9`, and the reverse.
    """
    if len(forms) != 2:
        return
    first, second = (tokens.kinds[word.token] for word in words)
    if first is TokenKind.ORDINAL and second in (TokenKind.WORD, TokenKind.NAME):
        yield Spelling((forms[1], forms[0].removesuffix("#")))
    elif second is TokenKind.NUMBER and first in (TokenKind.WORD, TokenKind.NAME) and forms[1].isdigit():
        yield Spelling((f"{forms[1]}#", forms[0]))


def _with_initials(
    forms: tuple[str, ...], words: list[PinnedWord], tokens: Tokens, trait: Trait
) -> Iterator[Spelling]:
    """
    Yield `jf kennedy` for `John F. Kennedy`.
    """
    if Trait.NAME not in trait or Trait.INITIALS in trait or not 2 <= len(forms) <= 4:
        return
    given = forms[:-1]
    if all(form.isalpha() for form in forms) and all(
        tokens.kinds[word.token] in (TokenKind.NAME, TokenKind.WORD) for word in words
    ):
        yield Spelling(("".join(form[0] for form in given), forms[-1]), Trait.NAME)


def _turned(phrase: str, forms: tuple[str, ...], trait: Trait) -> Iterator[Spelling]:
    """
    Yield `maria jones` for `Jones, Maria`.
    """
    if Trait.NAME in trait and re.fullmatch(r"[^\s,]+, [^,]+", phrase):
        yield Spelling((*forms[1:], forms[0]), Trait.NAME)


def _abbreviation_of(phrase: str, trait: Trait) -> Iterator[Spelling]:
    """
    Yield the abbreviation of a name of three words or more, to be found in capitals: `usps`.
    """
    names = [word for word in re.findall(r"[^\W\d_]+", phrase) if word.lower() not in _NAME_JOINTS]
    if Trait.INITIALS not in trait and len(names) >= 3 and all(word[0].isupper() for word in names):
        yield Spelling((stem("".join(word[0] for word in names).lower()),), Trait.CAPITALS)


def _explained(phrase: str, answer: str, lexicon: Lexicon) -> Iterator[Spelling]:
    """
    Yield the other name that the approved answer gives in brackets: `heads-up display (HUD)`.
    """
    token = answer.casefold().find(phrase.casefold())
    if token < 0 or "(" not in answer:
        return
    before, after = answer[:token], answer[token + len(phrase) :]
    short = re.match(rf"\s*\((?:the\s+)?({_ABBREVIATION})\)", after) or (
        re.search(rf"({_ABBREVIATION})\s*\((?:the\s+)?$", before) if after[:1] == ")" else None
    )
    if short is not None:
        yield Spelling((stem(short[1].lower()),), Trait.CAPITALS)
    elif re.fullmatch(_ABBREVIATION, phrase):
        long = _spelled_out(phrase, before) if after[:1] == ")" else _in_brackets(after)
        if long:
            tokens = tokenize(normalize_unicode(long), lexicon)
            words = pinned_words(normalize_unicode(long), tokens, lexicon)
            yield Spelling(tuple(word.form for word in words))


def _spelled_out(short: str, before: str) -> str:
    """
    Return the words before a bracket whose first letters are the abbreviation in it.
    """
    words = re.findall(r"[^\W_]+", before.rstrip(" ("))[-len(short) :]
    is_spelled = "".join(word[0] for word in words).casefold() == short.casefold()
    return " ".join(words) if is_spelled else ""


def _in_brackets(after: str) -> str:
    match = re.match(r"\s*\(([^()]{3,60})\)", after)
    return match[1] if match and match[1][:1].isalpha() else ""


def _as_code(text: str, lexicon: Lexicon) -> Iterator[Spelling]:
    """
    Yield the words of a phrase that may be code, as they are read between backticks.
    """
    if re.fullmatch(r"[\w\s,.'-]*", text):
        return
    ticked = f"`{text}`"
    tokens = tokenize(ticked, lexicon)
    words = pinned_words(ticked, tokens, lexicon)[:_MAX_WORDS]
    if words and all(tokens.kinds[word.token] is TokenKind.CODE for word in words):
        yield Spelling(tuple(word.form for word in words))
