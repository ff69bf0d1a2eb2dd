"""
Read numbers, in digits or words, with their scale and what is counted.
"""

from __future__ import annotations

from llmentary.core.text.cursor import Cursor
from llmentary.core.text.dates import ORDINAL_ENDINGS, read_clock, read_date_from_day
from llmentary.core.text.kinds import Kind
from llmentary.core.text.scan import Raw
from llmentary.core.text.unify import fold_case

_CASED_UNITS = {"mw", "mv", "ma", "mb", "gb", "kb", "tb", "pb", "mhz", "mpa", "mj", "mm", "mg", "ms", "b"}
"""Units in which the case of a letter tells a thousandth from a million, or a bit from a byte."""
_DRESSING = " \n-*_`\"'"
"""Marks that may stand between a number and its unit."""


def read_number(
    cursor: Cursor,
    raw: Raw,
    opens: bool,
    *,
    currency: str = "",
    minus: bool = False,
    start: int | None = None,
) -> None:
    """
    Read a number in digits, with its scale, currency or unit.
    """
    start = raw.start if start is None else start
    digits = raw.text.replace(",", "").replace(" ", "")
    if digits.startswith("."):
        digits = "0" + digits
    if minus:
        digits = "-" + digits
    following = cursor.peek()
    if following is not None and following.kind in ("word", "dotted") and following.start == raw.end:
        ending = fold_case(following.text.rstrip("."))
        if ending in ORDINAL_ENDINGS:
            cursor.read_on(1)
            if not read_date_from_day(cursor, digits, start, opens):
                cursor.tokens.add(f"{digits}#", Kind.ORDINAL, start, cursor.raws[cursor.at].end, opens=opens)
            return
    if not currency and not minus and read_date_from_day(cursor, digits, start, opens):
        return
    scale = cursor.lexicon.scales.get(cursor.peek_word())
    if scale is not None:
        cursor.read_on(1)
        digits = _multiply(digits, scale)
    if read_clock(cursor, digits, raw, start, opens):
        return
    if currency:
        digits = digits.removesuffix(".00")
    cursor.tokens.add(digits, Kind.NUMBER, start, cursor.raws[cursor.at].end, opens=opens)
    if currency:
        cursor.tokens.add(currency, Kind.MONEY, start, start + 1)
    else:
        _read_unit(cursor)


def read_number_in_words(cursor: Cursor, raw: Raw, folded: str, opens: bool) -> None:
    """
    Read a number in words: `twenty-one`, `three million`.
    """
    lexicon = cursor.lexicon
    total, part, last = 0, 0, cursor.at
    if folded in lexicon.scales:
        # A scale without a number: "hundred", "millions of".
        cursor.add(raw, folded, Kind.WORD if not cursor.tokens.kinds else Kind.UNIT, opens)
        return
    words: list[str] = []
    place = cursor.at
    while place < len(cursor.raws) and cursor.raws[place].kind in ("word", "dotted"):
        word = fold_case(cursor.raws[place].text.rstrip("."))
        if word == "and" and words and words[-1] in lexicon.scales:
            following = cursor.raws[place + 1] if place + 1 < len(cursor.raws) else None
            if following is None or fold_case(following.text.rstrip(".")) not in lexicon.numbers:
                break
            place += 1
            continue
        value = lexicon.numbers.get(word)
        if value is not None:
            if words and not (
                words[-1] in lexicon.scales or (part % 100 >= 20 and part % 10 == 0 and 0 < value < 10)
            ):
                break
            part += value
        elif word in lexicon.scales and words:
            scale = lexicon.scales[word]
            if scale == 100:
                part *= 100
            else:
                total, part = total + part * scale, 0
        else:
            break
        words.append(word)
        last = place
        gap_end = cursor.raws[place].end
        place += 1
        if place < len(cursor.raws) and cursor.text[gap_end : cursor.raws[place].start].strip(_DRESSING):
            break
    cursor.at = last
    digits = str(total + part)
    if read_clock(cursor, digits, raw, raw.start, opens):
        return
    cursor.tokens.add(digits, Kind.NUMBER, raw.start, cursor.raws[last].end, opens=opens)
    _read_unit(cursor)


def _read_unit(cursor: Cursor) -> None:
    """
    Read the unit or currency right after a number, in its short or long form.
    """
    following = cursor.peek()
    if following is None or following.kind not in ("word", "dotted"):
        return
    gap = cursor.text[cursor.raws[cursor.at].end : following.start]
    if gap.strip(_DRESSING):
        return
    word = following.text.rstrip(".")
    folded = fold_case(word)
    if folded in _CASED_UNITS and cursor.has_lower and not word.islower():
        cursor.read_on(1)
        cursor.add(following, f"{word}", Kind.UNIT)
        return
    unit = cursor.lexicon.units.get(folded)
    if unit is not None and not (len(folded) == 1 and gap == " " and folded not in "mglhs"):
        cursor.read_on(1)
        cursor.add(following, unit, Kind.UNIT)
        return
    currency = cursor.lexicon.currencies.get(folded)
    if currency is not None:
        cursor.read_on(1)
        cursor.add(following, currency, Kind.MONEY)


def _multiply(digits: str, scale: int) -> str:
    """
    Return `1.5` times a million as `1500000`, without a detour over binary fractions.
    """
    sign, body = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, fraction = body.partition(".")
    if "." in fraction or not (whole + fraction).isdigit():
        return f"{digits}*{scale}"
    product = int(whole + fraction) * scale
    power = 10 ** len(fraction)
    quotient, rest = divmod(product, power)
    if not rest:
        return f"{sign}{quotient}"
    return f"{sign}{quotient}.{str(rest).zfill(len(fraction)).rstrip('0')}"
