"""
Pins as a developer requests them: phrases, their aliases, and a name that messages may show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
