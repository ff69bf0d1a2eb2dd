"""
The units and currencies of a language beyond their plain names: by case, by power, by time, by scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measures:
    """
    How a language writes measures in short.
    """

    cased_units: Mapping[str, str]
    """Short forms of which the case tells a thousandth from a million, or a bit from a byte."""
    case_tells: frozenset[str]
    """The same without case."""
    powers: Mapping[str, str]
    """`sq` and `square`, `cu` and `cubic`."""
    rates: Mapping[str, tuple[str, ...]]
    """`mph` as its three words."""
    dollars: Mapping[str, str]
    """The country before "dollars", or the letters before `$`, and the currency that it makes."""
    codes: Mapping[str, str]
    """What may stand before a sum: `USD 5`."""
    money_scales: Mapping[str, int]
    """`$5M`: a letter that counts only in sums of money."""
    number_scales: Mapping[str, int]
    """`5k`: a letter that counts after any figure that it touches."""
    decimal_comma: bool
    """`1.000,5` is a thousand and a half."""


def read_measures(words: Mapping[str, Any]) -> Measures:
    """
    Return the measures of a language file.
    """
    cased = {form: unit for unit, forms in words.get("cased_units", {}).items() for form in forms}
    return Measures(
        cased_units=cased,
        case_tells=frozenset(form.lower() for form in cased if len(form) > 1),
        powers=words.get("powers", {}),
        rates={short: tuple(long.split()) for short, long in words.get("rates", {}).items()},
        dollars=words.get("dollars", {}),
        codes=words.get("currency_codes", {}),
        money_scales=words.get("money_scales", {}),
        number_scales=words.get("number_scales", {}),
        decimal_comma=bool(words.get("decimal_comma")),
    )
