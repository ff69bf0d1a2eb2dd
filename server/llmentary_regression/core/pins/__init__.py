"""
Pins: phrases that every answer has to contain, kept as keyed hashes of their words.
"""

from __future__ import annotations

from ._pins import (
    NamedPin,
    WantedPin,
    WantedPins,
    absent_pins,
    add_pins,
    denied_pins,
    drop_pins,
    holding_pins,
    list_pins,
    missing_pins,
    name_of,
    phrases_of,
)
from ._suggestions import PinSuggestion, suggest_pins

__all__ = [
    "NamedPin",
    "PinSuggestion",
    "WantedPin",
    "WantedPins",
    "absent_pins",
    "add_pins",
    "denied_pins",
    "drop_pins",
    "holding_pins",
    "list_pins",
    "missing_pins",
    "name_of",
    "phrases_of",
    "suggest_pins",
]
