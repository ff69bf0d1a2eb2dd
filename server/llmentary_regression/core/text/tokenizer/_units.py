"""
Read what follows a number: units in short and long forms, areas, rates, currencies.
"""

from __future__ import annotations

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.presentation import fold_case

from ._cursor import Cursor
from ._scan import Lexeme

_DRESSING = " \n-*_`\"'"
"""Marks that may be between a number and its unit."""
_SHORT_AFTER_SPACE = frozenset("mglhsVW")
"""Units of one letter that are also read after a space."""
_SCALES = {
    "c": "celsius",
    "f": "fahrenheit",
    "celsius": "celsius",
    "centigrade": "celsius",
    "fahrenheit": "fahrenheit",
}


def read_unit(cursor: Cursor) -> None:
    """
    Read the unit or currency right after a number, in its short or long form.
    """
    following = cursor.peek()
    if following is None or following.kind not in ("word", "dotted"):
        return
    gap = cursor.text[cursor.lexemes[cursor.index].end : following.start]
    if gap.strip(_DRESSING):
        return
    quantities = cursor.lexicon.quantities
    word = following.text.rstrip(".")
    folded = fold_case(word)
    if folded in quantities.dollars and cursor.peek_word(2) in ("dollar", "dollars"):
        cursor.read_on(2)
        cursor.add(
            following, quantities.dollars[folded], TokenKind.MONEY, end=cursor.lexemes[cursor.index].end
        )
        return
    if folded in quantities.rates:
        cursor.read_on(1)
        for part in quantities.rates[folded]:
            cursor.add(following, part, cursor.lexicon.kinds.get(part, TokenKind.WORD))
        return
    if folded == "x" and not gap and _multiplies(cursor, following):
        cursor.read_on(1)
        cursor.add(following, "times", TokenKind.WORD)
        return
    power = quantities.powers.get(folded)
    if power is not None and (unit := cursor.lexicon.units.get(cursor.peek_word(2))) is not None:
        cursor.read_on(2)
        cursor.add(following, f"{power} {unit}", TokenKind.UNIT, end=cursor.lexemes[cursor.index].end)
        return
    unit = _find_unit(cursor, word, folded, gap)
    if unit is not None:
        cursor.read_on(1)
        if unit == "degree" and (scale := read_scale(cursor)):
            unit = scale
        elif raised := _read_power(cursor):
            unit = f"{raised} {unit}"
        cursor.add(following, unit, TokenKind.UNIT, end=cursor.lexemes[cursor.index].end)
        return
    currency = cursor.lexicon.currencies.get(folded)
    if currency is not None:
        cursor.read_on(1)
        cursor.add(following, currency, TokenKind.MONEY)


def read_scale(cursor: Cursor) -> str | None:
    """
    Read the scale of a temperature after its degrees; return None if there is none.
    """
    scale = _SCALES.get(cursor.peek_word())
    if scale is not None:
        cursor.read_on(1)
    return scale


def read_rate(cursor: Cursor, lexeme: Lexeme) -> bool:
    """
    Read the stroke of `5 mg/day` and `$5/user` as "per"; return whether it was one.
    """
    tokens, following = cursor.tokens, cursor.peek()
    if not len(tokens) or following is None or following.kind not in ("word", "dotted"):
        return False
    counted = tokens.kinds[-1]
    word = fold_case(following.text.rstrip("."))
    if counted not in (TokenKind.UNIT, TokenKind.MONEY) or (
        counted is TokenKind.UNIT and word not in cursor.lexicon.units
    ):
        return False
    cursor.add(lexeme, "per", TokenKind.FUNCTION)
    read_counted(cursor)
    return True


def read_counted(cursor: Cursor) -> None:
    """
    Read the unit after "per", which has no number before it.
    """
    following = cursor.peek()
    if following is None or following.kind not in ("word", "dotted"):
        return
    unit = cursor.lexicon.units.get(fold_case(following.text.rstrip(".")))
    if unit is not None:
        cursor.read_on(1)
        cursor.add(following, unit, TokenKind.UNIT)


def _find_unit(cursor: Cursor, word: str, folded: str, gap: str) -> str | None:
    quantities, units = cursor.lexicon.quantities, cursor.lexicon.units
    if len(folded) == 1 and gap == " " and not {word, folded} & _SHORT_AFTER_SPACE:
        return None
    if not cursor.has_lower:
        return quantities.cased_units.get(word) or units.get(folded)
    unit = quantities.cased_units.get(word)
    if unit is None and folded in quantities.case_tells and not word.islower():
        return word  # neither mW nor MW: ambiguous
    return unit or units.get(folded)


def _read_power(cursor: Cursor) -> str | None:
    """
    Read the `^2` of `5 m^2`.
    """
    sign, exponent = cursor.peek(), cursor.peek(2)
    if sign is None or exponent is None or sign.text != "^" or sign.start != cursor.lexemes[cursor.index].end:
        return None
    power = {"2": "square", "3": "cubic"}.get(exponent.text)
    if power is not None:
        cursor.read_on(2)
    return power


def _multiplies(cursor: Cursor, lexeme: Lexeme) -> bool:
    """
    Return whether the `x` of `2x` means "times" and is not the unknown of an equation.
    """
    following = cursor.peek(2)
    return following is None or (
        following.kind in ("word", "dotted") and len(following.text) > 1 and (following.start > lexeme.end)
    )
