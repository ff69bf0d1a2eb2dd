"""
JSON as users type it into settings, params files and answers: read to the letter, or left as text.
"""

from __future__ import annotations

import json
import math
from typing import cast

from llmentary_regression.core.model import JsonValue


def json_or_text(text: str) -> JsonValue:
    """
    Return the JSON value that `text` spells, else the text itself.
    """
    try:
        return read_json(text)
    except ValueError:
        return text


def read_json(text: str) -> JsonValue:
    """
    Read one JSON value to the letter: no `NaN`, no infinity, no nesting that could not be written again.

    Raises:
        ValueError: it is none.
    """
    try:
        value = cast(JsonValue, json.loads(text, parse_constant=_refuse_constant, parse_float=_finite))
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc
    if text.count("[") + text.count("{") > _DEEPEST and _is_deeper_than(value, _DEEPEST):
        raise ValueError("nested too deeply")
    return value


_DEEPEST = 50
"""No deeper than every later walk through the value is sure to manage."""


def _is_deeper_than(value: JsonValue, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            item
            for outer in level
            if isinstance(outer, (dict, list))
            for item in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(item, (dict, list)) for item in level)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number
