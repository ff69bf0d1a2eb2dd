"""
Pins: phrases of an approved answer that must occur again, stored as keyed hashes of their words.

A developer requests a pin by a phrase, its aliases, and a name that messages may show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from llmentary_regression.core.baselines import NO_PINS, Phrase, Pin, PinSet
from llmentary_regression.core.crypto import PinHasher
from llmentary_regression.core.text import Analysis
from llmentary_regression.core.text.languages import Lexicon

from ._search import PinSearch
from ._spellings import spell_phrase

MAX_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True, repr=False)
class NamedPin:
    """
    A phrase, its aliases and its name. Memory only; the name is encrypted together with the pin.
    """

    name: str
    phrases: tuple[str, ...]
    """The phrase first, its aliases behind it."""

    def __repr__(self) -> str:
        return f"NamedPin({len(self.phrases)} phrases)"


WantedPin = str | Sequence[str] | NamedPin
"""A phrase, a phrase with its aliases, or these with a name."""
WantedPins = Sequence[WantedPin] | Mapping[str, str | Sequence[str]]
"""Several of these; or, by name, a phrase or a phrase with its aliases."""


def list_pins(pins: WantedPins) -> list[WantedPin]:
    """
    Return the pins as a list; those of a mapping get their names.
    """
    if not isinstance(pins, Mapping):
        return list(pins)
    return [NamedPin(name, phrases_of(phrases)) for name, phrases in pins.items()]


def phrases_of(pin: WantedPin) -> tuple[str, ...]:
    """
    Return a pin's phrase and its aliases.
    """
    if isinstance(pin, NamedPin):
        return pin.phrases
    return (pin,) if isinstance(pin, str) else tuple(pin)


def name_of(pin: WantedPin) -> str:
    """
    Return a pin's name; empty if it has none.
    """
    return pin.name[:MAX_NAME_LENGTH] if isinstance(pin, NamedPin) else ""


_MAX_PINS = 255
_MAX_PHRASES = 255


def add_pins(pinned: PinSet, pins: Iterable[WantedPin], lexicon: Lexicon, answer: str = "") -> PinSet:
    """
    Return a set of pins with more pins added.

    A pin that is there already, by its name or its phrase, takes over what is new: a name, an alias.

    Args:
        answer: the answer that is pinned; an abbreviation that it explains stands for its words.
    """
    hasher = PinHasher(pinned.key)
    made = [make_pin(wanted, lexicon, hasher, answer) for wanted in pins]
    every = _join(pinned.pins, made)
    return PinSet(pinned.key, every[:_MAX_PINS]) if every else NO_PINS


def _join(pins: Iterable[Pin], more: Iterable[Pin]) -> tuple[Pin, ...]:
    """
    Return the pins of both, each pin once, with the aliases from both. All must be hashed under the same key.
    """
    every = list(pins)
    for pin in more:
        index = next((index for index, known in enumerate(every) if _is_same(known, pin)), None)
        if index is None:
            every.append(pin)
        else:
            every[index] = _joined(every[index], pin)
    return tuple(every)


def drop_pins(pinned: PinSet, dropped: Iterable[str], lexicon: Lexicon) -> tuple[PinSet, list[str]]:
    """
    Return a set of pins without some of them, and the texts that name none of its pins.

    Args:
        dropped: names of pins, or their phrases as they were typed.
    """
    hasher = PinHasher(pinned.key)
    every, unknown = list(pinned.pins), []
    for text in dropped:
        meant = _Pointer(text, lexicon, hasher)
        kept = [pin for pin in every if not meant.is_at(pin)]
        if len(kept) == len(every):
            unknown.append(text)
        every = kept
    return (PinSet(pinned.key, tuple(every)) if every else NO_PINS), unknown


class _Pointer:
    """
    What a developer typed to select a pin: its name or its phrase.
    """

    def __init__(self, text: str, lexicon: Lexicon, hasher: PinHasher) -> None:
        self._name = text.strip().casefold()
        self._words = _first_words(make_pin(text, lexicon, hasher))

    def is_at(self, pin: Pin) -> bool:
        """
        Return whether a pin has this name or phrase.
        """
        return bool(pin.name and pin.name.casefold() == self._name) or bool(
            self._words and any(self._words == phrase.words for phrase in pin.phrases)
        )


def absent_pins(pins: Sequence[WantedPin], analysis: Analysis) -> list[WantedPin]:
    """
    Return the given pins of which neither the phrase nor an alias occurs in an answer.
    """
    hasher = PinHasher(b"")
    made = tuple(make_pin(pin, analysis.lexicon, hasher) for pin in pins)
    return [pins[index] for index in missing_pins(PinSet(b"", made), analysis)]


def make_pin(wanted: WantedPin, lexicon: Lexicon, hasher: PinHasher, answer: str = "") -> Pin:
    """
    Return the stored form of a phrase, its aliases and its name.
    """
    phrases: dict[Phrase, None] = {}
    for text in phrases_of(wanted):
        for spelling in spell_phrase(text, lexicon, answer):
            phrases.setdefault(Phrase(hasher.pin(spelling.words), spelling.trait))
    return Pin(tuple(phrases)[:_MAX_PHRASES], name_of(wanted))


def missing_pins(pinned: PinSet, analysis: Analysis) -> list[int]:
    """
    Return the indexes of the pins of which neither the phrase nor an alias occurs without being denied.
    """
    search = PinSearch(analysis, PinHasher(pinned.key))
    return [index for index, pin in enumerate(pinned.pins) if not search.finds(pin)]


def denied_pins(pins: Sequence[WantedPin], analysis: Analysis) -> list[WantedPin]:
    """
    Return the given pins that occur in an answer, but only after a negation.
    """
    hasher = PinHasher(b"")
    search = PinSearch(analysis, hasher)
    made = [make_pin(pin, analysis.lexicon, hasher) for pin in pins]
    return [
        pin
        for pin, kept in zip(pins, made, strict=True)
        if not search.finds(kept) and search.finds(kept, even_denied=True)
    ]


def holding_pins(pinned: PinSet, analysis: Analysis, wanted: Iterable[WantedPin] = ()) -> PinSet:
    """
    Return the pins that occur in an answer, and those that get another alias from a requested pin.
    """
    hasher = PinHasher(pinned.key)
    made = [make_pin(pin, analysis.lexicon, hasher) for pin in wanted]
    missing = set(missing_pins(pinned, analysis))
    kept = tuple(
        pin
        for index, pin in enumerate(pinned.pins)
        if index not in missing or any(_is_same(pin, other) for other in made)
    )
    return PinSet(pinned.key, kept) if kept else NO_PINS


def _is_same(pin: Pin, other: Pin) -> bool:
    if pin.name and other.name:
        return pin.name.casefold() == other.name.casefold()
    return bool(_first_words(pin)) and _first_words(pin) == _first_words(other)


def _first_words(pin: Pin) -> tuple[int, ...]:
    return pin.phrases[0].words if pin.phrases else ()


def _joined(kept: Pin, more: Pin) -> Pin:
    phrases = dict.fromkeys((*kept.phrases, *more.phrases))
    return replace(kept, phrases=tuple(phrases)[:_MAX_PHRASES], name=more.name or kept.name)
