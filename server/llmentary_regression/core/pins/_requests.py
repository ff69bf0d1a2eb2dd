"""
Pins as a developer asks for them: phrases, their aliases, and a name that messages may use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True, repr=False)
class NamedPin:
    """
    A phrase, its aliases, and what the developer calls it. Memory only; the name is sealed with the pin.
    """

    name: str
    phrases: tuple[str, ...]
    """The phrase first, its aliases behind it."""

    def __repr__(self) -> str:
        return f"NamedPin({len(self.phrases)} phrases)"


WantedPin = str | Sequence[str] | NamedPin
"""A phrase, a phrase with its aliases, or these with a name."""
WantedPins = Sequence[WantedPin] | Mapping[str, str | Sequence[str]]
"""Several of them, or by name a phrase, or a phrase with its aliases."""


def list_pins(pins: WantedPins) -> list[WantedPin]:
    """
    Return the pins as a list, those of a mapping with their names.
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
    Return what the developer calls a pin; empty without a name.
    """
    return pin.name[:MOST_NAME_LENGTH] if isinstance(pin, NamedPin) else ""
