"""
Search for pinned phrases in a new answer: by the hashes of its words, in any known spelling, unless denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from llmentary_regression.core.baselines import Phrase, Pin
from llmentary_regression.core.crypto import PinHasher
from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text import Analysis

from ._spellings import Trait, may_join
from ._words import pinned_words, without_accents

_MIDDLE_NAMES = 2
_APART = re.compile(r"[,;:!?()\n]|[a-z]{3}\.")
_MAX_INITIALS = 3
_NEGATED_WITHIN = 3
"""A negation up to this many words before a phrase denies it: "not accessible by US 60"."""


class PinSearch:
    """
    The words of a new answer, hashed once for the search for all pins.
    """

    def __init__(self, analysis: Analysis, hasher: PinHasher) -> None:
        self._text = analysis.text
        self._tokens = analysis.tokens
        self._lexicon = analysis.lexicon
        self._hasher = hasher
        self._words = pinned_words(analysis.text, analysis.tokens, analysis.lexicon)
        self._hashes = [set(hasher.pin((word.form, *word.parts))) for word in self._words]
        self._indexes: dict[int, list[int]] = {}
        for index, values in enumerate(self._hashes):
            for value in values:
                self._indexes.setdefault(value, []).append(index)
        self._is_lower = not any(char.isupper() for char in analysis.text)

    def finds(self, pin: Pin, *, even_denied: bool = False) -> bool:
        """
        Return whether one of a pin's phrases occurs, by default without being denied.
        """
        return any(
            even_denied or not self._is_denied(index)
            for phrase in pin.phrases
            for index in self._occurrences(phrase)
        )

    def _occurrences(self, phrase: Phrase) -> Iterator[int]:
        first = phrase.words[0]
        starts = list(self._indexes.get(first, ()))
        # Compounds are expensive to hash, and not needed where each word of the phrase occurs by itself.
        if not all(value in self._indexes for value in phrase.words):
            starts += self._compound_indexes.get(first, ())
        for index in starts:
            if (
                self._matches(phrase.words, index)
                and self._has_trait(phrase, index)
                and not (len(phrase.words) > 1 and self._ends_range(index))
            ):
                yield index
        if phrase.trait & Trait.NAME and len(phrase.words) > 1:
            yield from self._names(phrase)

    def _matches(self, words: tuple[int, ...], index: int) -> bool:
        for value in words:
            if index < len(self._hashes) and value in self._hashes[index]:
                index += 1
            elif value not in self._indexes and index in self._compound_indexes.get(value, ()):
                index += 2
            else:
                return False
        return True

    @cached_property
    def _compound_indexes(self) -> dict[int, list[int]]:
        """
        Return the indexes of two neighboring words that others write as one word, by the hash of that word.
        """
        places: dict[int, list[int]] = {}
        kinds = self._tokens.kinds
        for index in range(len(self._words) - 1):
            pair = self._words[index : index + 2]
            if all(may_join(word.form, kinds[word.token]) for word in pair):
                (value,) = self._hasher.pin([pair[0].form + pair[1].form])
                places.setdefault(value, []).append(index)
        return places

    def _ends_range(self, index: int) -> bool:
        """
        Return whether a number is the upper end of a range: `30 to 60 days` is not `60 days`.
        """
        return index > 0 and self._words[index - 1].form == "-"

    def _has_trait(self, phrase: Phrase, index: int) -> bool:
        return not phrase.trait & Trait.CAPITALS or self._lexeme(index).replace(".", "")[:-1].isupper()

    def _names(self, phrase: Phrase) -> Iterator[int]:
        """
        Yield the indexes of other forms of a name: other middle names, initials, the last name first.
        """
        words = phrase.words
        for last in self._indexes.get(words[-1], ()):
            yield from self._with_other_middle_names(words, last)
            if self._is_followed_by_comma(last) and (
                self._matches(words[:-1], last + 1) or self._matches(words[:1], last + 1)
            ):
                yield last
            if phrase.trait & Trait.INITIALS and len(words) == 2:
                yield from self._written_out(words[0], last)

    def _with_other_middle_names(self, words: tuple[int, ...], last: int) -> Iterator[int]:
        if len(words) > 2 + _MIDDLE_NAMES:
            return
        for first in range(max(0, last - 1 - _MIDDLE_NAMES), last):
            if words[0] in self._hashes[first] and self._is_one_name(first, last):
                yield first

    def _written_out(self, initials: int, last: int) -> Iterator[int]:
        """
        Yield the indexes of names before the last name that begin with these initials.
        """
        letters = ""
        for first in range(last - 1, max(-1, last - 1 - _MAX_INITIALS), -1):
            form = self._words[first].form
            if not form.isalpha() or not self._is_name(first) or not self._is_one_name(first, last):
                return
            letters = without_accents(form)[0] + letters
            if self._hasher.pin([letters]) == (initials,):
                yield first

    def _is_one_name(self, first: int, last: int) -> bool:
        """
        Return whether there are only names between two words: no comma, as in "Hugh Grant, Boris Johnson".
        """
        start, end = self._words[first].token, self._words[last].token
        between = self._text[self._tokens.ends[start] : self._tokens.starts[end]]
        return _APART.search(between) is None and all(map(self._is_name, range(first + 1, last)))

    def _is_name(self, index: int) -> bool:
        if self._is_lower:
            return self._tokens.kinds[self._words[index].token] in (TokenKind.NAME, TokenKind.WORD)
        return self._lexeme(index)[:1].isupper()

    def _is_followed_by_comma(self, index: int) -> bool:
        end = self._tokens.ends[self._words[index].token]
        return self._text[end : end + 1] == ","

    def _lexeme(self, index: int) -> str:
        token = self._words[index].token
        return self._text[self._tokens.starts[token] : self._tokens.ends[token]]

    def _is_denied(self, index: int) -> bool:
        """
        Return whether the words before a phrase deny it: `not 30 days`, `instead of Oslo`, `non-refundable`.
        """
        token = self._words[index].token
        if self._has_negative_prefix(token):
            return True
        forms, kinds, openings = self._tokens.forms, self._tokens.kinds, self._tokens.openings
        if token > 1 and f"{forms[token - 2]} {forms[token - 1]}" in self._lexicon.denying_phrases:
            return True
        for index in range(token - 1, max(-1, token - 1 - _NEGATED_WITHIN), -1):
            if openings[index + 1] or self._ends_sentence(index):
                return False
            if kinds[index] is TokenKind.NEGATION:
                return not self._is_apart(index)
            if forms[index] in self._lexicon.denial_ends:
                return False
        return False

    def _has_negative_prefix(self, token: int) -> bool:
        if token == 0 or self._tokens.forms[token - 1] != "non":
            return False
        return self._text[self._tokens.ends[token - 1] : self._tokens.starts[token]] == "-"

    def _ends_sentence(self, index: int) -> bool:
        """
        Return whether a full stop follows, even one that could end an abbreviation: `not 14 days. 30 days`.
        """
        end = self._tokens.ends[index]
        return "." in self._text[end - 1 : end + 1] and self._tokens.kinds[index + 1] is not TokenKind.NAME

    def _is_apart(self, index: int) -> bool:
        """
        Return whether a comma separates a negation from what follows: `No, you have 30 days`.
        """
        end = self._tokens.ends[index]
        return self._text[end : end + 1] in (",", ";", ":")
