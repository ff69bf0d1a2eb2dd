"""
Read the pins that a client sends with an approval.
"""

from __future__ import annotations

from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.core.pins import NamedPin, WantedPin


def read_pins(value: object) -> list[WantedPin]:
    """
    Return the pins that a client sent for one answer.

    Raises:
        JsonRpcInvalidParams: they are of another shape.
    """
    if not isinstance(value, list):
        raise _malformed()
    return [_read_pin(one) for one in value]


def _read_pin(value: object) -> WantedPin:
    name, phrases = "", value
    if isinstance(value, dict):
        name, phrases = value.get("name", ""), value.get("phrases")
    if (
        not isinstance(name, str)
        or not isinstance(phrases, list)
        or not phrases
        or not all(isinstance(phrase, str) for phrase in phrases)
    ):
        raise _malformed()
    return NamedPin(name.strip(), tuple(phrases)) if name.strip() else tuple(phrases)


def _malformed() -> JsonRpcInvalidParams:
    return JsonRpcInvalidParams(
        "`pins` gives for an answer lists of a phrase and its aliases, with or without a name"
    )
