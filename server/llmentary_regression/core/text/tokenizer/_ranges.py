"""
Read `3-5`, `Monday-Friday` and `9 am - 5 pm` as "3 to 5", "Monday to Friday" and "9 am to 5 pm".

A dash between two numbers may also be a minus or part of a number; so only a rising range without operators around
it is read as one. Between weekdays, months and hours a dash always means a range.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.languages import Lexicon

from ._cursor import Tokens

_JOINT = re.compile(r"(?<![-<])-(?![->])|(?<=[\w%.)]) to (?=[\d$€£])")
_TO_FIGURE = re.compile(r" to [\d$€£]")
"""Much faster to search for than `_JOINT`."""
_OPERATORS = frozenset("=+*/^<>-")
_MEASURED = frozenset({TokenKind.UNIT, TokenKind.MONEY})
_CLOCK = frozenset({TokenKind.DATE, TokenKind.TIME})


def name_ranges(tokens: Tokens, text: str, lexicon: Lexicon) -> None:
    """
    Replace the dash of each range by the word "to", and give either the kind `SIGN`.
    """
    if "-" not in text and _TO_FIGURE.search(text) is None:
        return
    for joint in list(_JOINT.finditer(text)):
        index = bisect_left(tokens.starts, joint.end() - 3 if len(joint[0]) > 1 else joint.start())
        has_token = index < len(tokens) and tokens.forms[index] in ("-", "to")
        right = index + has_token
        if not 0 < index <= right < len(tokens):
            continue
        if not (
            _touches(tokens, text, index - 1, right, joint) and _is_range(tokens, index - 1, right, lexicon)
        ):
            continue
        if has_token:
            tokens.forms[index], tokens.kinds[index] = "to", TokenKind.SIGN
        else:
            tokens.insert(index, "to", TokenKind.SIGN, joint.start(), joint.end())


def _touches(tokens: Tokens, text: str, left: int, right: int, joint: re.Match[str]) -> bool:
    # The token for the sign of `$5` follows its number, but its text comes before.
    end = max(tokens.ends[left], tokens.ends[left - 1] if left else 0)
    between = text[end : joint.start()] + text[joint.end() : tokens.starts[right]]
    return not between.strip(" *_.")


def _is_range(tokens: Tokens, left: int, right: int, lexicon: Lexicon) -> bool:
    named = lexicon.calendar_names
    if tokens.forms[left] in named and tokens.forms[right] in named:
        return True
    while left > 0 and tokens.kinds[left] in _MEASURED:
        left -= 1
    kinds = tokens.kinds[left], tokens.kinds[right]
    if _CLOCK.issuperset(kinds):
        return True
    if not all(kind is TokenKind.NUMBER or kind in _CLOCK for kind in kinds):
        return False
    outer = tokens.forms[left - 1] if left else "", tokens.forms[right + 1] if right + 1 < len(tokens) else ""
    if not _OPERATORS.isdisjoint(outer):
        return False
    return (
        TokenKind.DATE in kinds
        or TokenKind.TIME in kinds
        or _value(tokens.forms[left]) < _value(tokens.forms[right])
    )


def _value(form: str) -> float:
    try:
        return float(form)
    except ValueError:
        return 0.0
