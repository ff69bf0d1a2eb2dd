"""
The units and currencies of a language beyond their plain names: short forms, powers, rates, scales.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Quantities:
    """
    How a language abbreviates quantities.
    """

    cased_units: Mapping[str, str]
    """Short forms in which case matters: a thousandth or a million, a bit or a byte."""
    case_tells: frozenset[str]
    """The same forms in lower case."""
    powers: Mapping[str, str]
    """`sq` and `square`, `cu` and `cubic`."""
    rates: Mapping[str, tuple[str, ...]]
    """`mph` and similar, as three words."""
    dollars: Mapping[str, str]
    """The currency by the country before "dollars", or by the letters before `$`."""
    codes: Mapping[str, str]
    """Codes that may come before an amount: `USD 5`."""
    money_scales: Mapping[str, int]
    """Letters that are scales only in amounts of money: `$5M`."""
    number_scales: Mapping[str, int]
    """Letters that are scales right after any digit: `5k`."""
    decimal_comma: bool
    """Whether `1.000,5` is a thousand and a half."""


def read_quantities(words: Mapping[str, Any]) -> Quantities:
    """
    Return the quantities of a language file.
    """
    cased = {form: unit for unit, forms in words.get("cased_units", {}).items() for form in forms}
    return Quantities(
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
