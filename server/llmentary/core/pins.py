"""
Pins: phrases of an approved answer that must recur, kept as keyed hashes of their words.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmentary.core.body import NO_PINS, Pin, PinSet
from llmentary.core.hashing import PinHasher
from llmentary.core.text import Kind
from llmentary.core.text.lexicon import Lexicon
from llmentary.core.text.tokens import Tokens, tokenise
from llmentary.core.text.unify import unify

_ARTICLES = frozenset({"a", "an", "the", "'s"})
_MOST_WORDS = 60
_MOST_PINS = 255
_MIDDLE_NAMES = 2
_NEGATED_WITHIN = 3
"""A negation so many words before a phrase denies it: "not accessible by US 60"."""
_SOFTENERS = frozenset({"only", "just", "later", "more", "less", "fewer"})
"""After these a negation limits a phrase and does not deny it: "not only", "no later than"."""


def add_pins(pinned: PinSet, pins: Sequence[str | Sequence[str]], lexicon: Lexicon) -> PinSet:
    """
    Return a set of pins with more of them; a phrase that was pinned before counts once, as it is given now.
    """
    hasher = PinHasher(pinned.key)
    made = [make_pin(pin, lexicon, hasher) for pin in pins]
    anew = {pin.phrases[0] for pin in made if pin.phrases}
    kept = [pin for pin in pinned.pins if pin.phrases[:1] and pin.phrases[0] not in anew]
    every = (*kept, *made)[:_MOST_PINS]
    return PinSet(pinned.key, every) if every else NO_PINS


def absent_pins(
    pins: Sequence[str | Sequence[str]], tokens: Tokens, lexicon: Lexicon
) -> list[str | Sequence[str]]:
    """
    Return those of the given phrases that do not occur in an answer, nor do their aliases.
    """
    hasher = PinHasher(b"")
    made = [make_pin(pin, lexicon, hasher) for pin in pins]
    missing = missing_pins(PinSet(b"", tuple(made)), tokens)
    return [pins[place] for place in missing]


def make_pin(pin: str | Sequence[str], lexicon: Lexicon, hasher: PinHasher) -> Pin:
    """
    Return the kept form of a phrase, or of a phrase and its aliases.
    """
    phrases: list[tuple[int, ...]] = []
    names: list[bool] = []
    for phrase in (pin,) if isinstance(pin, str) else pin:
        tokens = tokenise(unify(phrase), lexicon)
        places = _searchable(tokens)[:_MOST_WORDS]
        if places:
            phrases.append(hasher.pin([_stem(tokens.forms[place]) for place in places]))
            words = phrase.split()
            names.append(len(words) > 1 and all(word[:1].isupper() for word in words))
    return Pin(tuple(phrases), tuple(names))


def missing_pins(pinned: PinSet, tokens: Tokens) -> list[int]:
    """
    Return the positions of the pins of which neither the phrase nor an alias occurs undenied.
    """
    search = _Search(tokens, PinHasher(pinned.key))
    return [place for place, pin in enumerate(pinned.pins) if not search.finds(pin)]


def holding_pins(pinned: PinSet, tokens: Tokens) -> PinSet:
    """
    Return the pins that occur in an answer.
    """
    missing = set(missing_pins(pinned, tokens))
    kept = tuple(pin for place, pin in enumerate(pinned.pins) if place not in missing)
    return PinSet(pinned.key, kept) if kept else NO_PINS


class _Search:
    """
    The words of a new answer as pins are looked for in them, hashed once for all pins.
    """

    def __init__(self, tokens: Tokens, hasher: PinHasher) -> None:
        self.tokens = tokens
        self.places = _searchable(tokens)
        self.hashes = hasher.pin([_stem(tokens.forms[place]) for place in self.places])

    def finds(self, pin: Pin) -> bool:
        return any(
            self._occurs(phrase, is_name) for phrase, is_name in zip(pin.phrases, pin.names, strict=True)
        )

    def _occurs(self, phrase: Sequence[int], is_name: bool) -> bool:
        first, size = phrase[0], len(phrase)
        for at, value in enumerate(self.hashes):
            if value != first or self._is_denied(at):
                continue
            if self.hashes[at : at + size] == tuple(phrase) or (is_name and self._is_name(phrase, at)):
                return True
        return False

    def _is_name(self, phrase: Sequence[int], at: int) -> bool:
        """
        Tell whether a name stands here by its first and last word, with other middle names or none.
        """
        last = phrase[-1]
        for end in range(at + 1, min(at + 2 + _MIDDLE_NAMES, len(self.hashes))):
            between = self.places[at + 1 : end]
            if self.hashes[end] == last and len(phrase) <= 2 + _MIDDLE_NAMES:
                return all(self.tokens.kinds[place] is Kind.NAME for place in between)
        return False

    def _is_denied(self, at: int) -> bool:
        place = self.places[at]
        before = range(max(0, place - _NEGATED_WITHIN), place)
        forms, kinds = self.tokens.forms, self.tokens.kinds
        denials = [index for index in before if kinds[index] is Kind.NEGATION]
        if not denials:
            return False
        between = range(denials[-1] + 1, place + 1)
        return not any(forms[index] in _SOFTENERS or self.tokens.openings[index] for index in between)


def _searchable(tokens: Tokens) -> list[int]:
    return [place for place, form in enumerate(tokens.forms) if form not in _ARTICLES]


def _stem(form: str) -> str:
    """
    Return a word without its plural ending.
    """
    if len(form) > 3 and form.endswith("s") and not form.endswith("ss") and form.isalpha():
        return form[:-3] + "y" if form.endswith("ies") and len(form) > 4 else form[:-1]
    return form
