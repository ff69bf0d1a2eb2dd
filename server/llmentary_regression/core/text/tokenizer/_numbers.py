"""
Read numbers, in digits or words, with their scale and unit.
"""

from __future__ import annotations

import re

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.presentation import fold_case

from ._cursor import Cursor
from ._dates import ORDINAL_ENDINGS, read_clock, read_date_from_day
from ._scan import Lexeme
from ._units import read_unit

_GROUPED_BY_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_COMMA_LAST = re.compile(r",\d{1,2}\Z")
_DRESSING = " \n-*_`\"'"
"""Marks that may stand between a number and its unit."""


def read_number(
    cursor: Cursor,
    lexeme: Lexeme,
    opens: bool,
    *,
    currency: str = "",
    minus: bool = False,
    start: int | None = None,
) -> None:
    """
    Read a number in digits, with its scale, currency or unit.
    """
    start = lexeme.start if start is None else start
    digits = ("-" if minus else "") + _plain_digits(lexeme.text, cursor.lexicon.quantities.decimal_comma)
    following = cursor.peek()
    if following is not None and following.kind in ("word", "dotted") and following.start == lexeme.end:
        ending = fold_case(following.text.rstrip("."))
        if ending in ORDINAL_ENDINGS:
            cursor.read_on(1)
            if not read_date_from_day(cursor, digits, start, opens):
                cursor.tokens.add(
                    f"{digits}#", TokenKind.ORDINAL, start, cursor.lexemes[cursor.index].end, opens=opens
                )
            return
    if not currency and not minus and read_date_from_day(cursor, digits, start, opens):
        return
    scale = _find_scale(cursor, lexeme, bool(currency))
    if scale is not None:
        cursor.read_on(1)
        digits = _multiply(digits, scale)
    if read_clock(cursor, digits, lexeme, start, opens):
        return
    if currency:
        digits = digits.removesuffix(".00")
    cursor.tokens.add(digits, TokenKind.NUMBER, start, cursor.lexemes[cursor.index].end, opens=opens)
    if currency:
        cursor.tokens.add(currency, TokenKind.MONEY, start, start + 1)
    else:
        read_unit(cursor)


def read_foreign_money(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read `US$5` at the sign before the number.
    """
    following = cursor.peek()
    currency = cursor.lexicon.quantities.dollars.get(fold_case(lexeme.text[:-1]), fold_case(lexeme.text))
    if following is None or following.kind != "number":
        cursor.add(lexeme, currency, TokenKind.MONEY, opens)
        return
    cursor.read_on(1)
    read_number(cursor, following, opens, currency=currency, start=lexeme.start)


def read_sum(cursor: Cursor, lexeme: Lexeme, folded: str, opens: bool) -> bool:
    """
    Read `USD 5` at the currency code; return whether a number follows.
    """
    following = cursor.peek()
    code = cursor.lexicon.quantities.codes.get(folded)
    if code is None or following is None or following.kind != "number" or following.start - lexeme.end > 2:
        return False
    cursor.read_on(1)
    read_number(cursor, following, opens, currency=code, start=lexeme.start)
    return True


def read_minus(cursor: Cursor, lexeme: Lexeme, opens: bool) -> bool:
    """
    Read `minus 5` if there is nothing to subtract from; return whether it was read.
    """
    following = cursor.peek()
    if following is None or following.kind != "number":
        return False
    if cursor.tokens.kinds and cursor.tokens.kinds[-1] not in (
        TokenKind.WORD,
        TokenKind.FUNCTION,
        TokenKind.LIMIT,
        TokenKind.NAME,
    ):
        return False
    cursor.read_on(1)
    read_number(cursor, following, opens, minus=True, start=lexeme.start)
    return True


def read_number_in_words(cursor: Cursor, lexeme: Lexeme, folded: str, opens: bool) -> None:
    """
    Read a number in words: `twenty-one`, `three million`.
    """
    lexicon = cursor.lexicon
    total, part, last = 0, 0, cursor.index
    start = lexeme.start
    if folded in lexicon.scales:
        if not _follows_article(cursor, lexeme):
            # A scale without a number: "hundred", "millions of".
            cursor.add(lexeme, folded, TokenKind.WORD if not cursor.tokens.kinds else TokenKind.UNIT, opens)
            return
        start, opens = cursor.tokens.drop_last()
        part = 1
    words: list[str] = []
    index = cursor.index
    while index < len(cursor.lexemes) and cursor.lexemes[index].kind in ("word", "dotted"):
        word = fold_case(cursor.lexemes[index].text.rstrip("."))
        if word == "and" and words and words[-1] in lexicon.scales:
            following = cursor.lexemes[index + 1] if index + 1 < len(cursor.lexemes) else None
            if following is None or fold_case(following.text.rstrip(".")) not in lexicon.numbers:
                break
            index += 1
            continue
        value = lexicon.numbers.get(word)
        if value is not None:
            if words and not (
                words[-1] in lexicon.scales or (part % 100 >= 20 and part % 10 == 0 and 0 < value < 10)
            ):
                break
            part += value
        elif word in lexicon.scales and part:
            scale = lexicon.scales[word]
            if scale == 100:
                part *= 100
            else:
                total, part = total + part * scale, 0
        elif words and part % 100 >= 20 and part % 10 == 0 and 0 < lexicon.ordinals.get(word, 0) < 10:
            cursor.index = index
            number = total + part + lexicon.ordinals[word]
            cursor.tokens.add(f"{number}#", TokenKind.ORDINAL, start, cursor.lexemes[index].end, opens)
            return
        else:
            break
        words.append(word)
        last = index
        gap_end = cursor.lexemes[index].end
        index += 1
        if index < len(cursor.lexemes) and cursor.text[gap_end : cursor.lexemes[index].start].strip(
            _DRESSING
        ):
            break
    cursor.index = last
    digits = str(total + part)
    if read_clock(cursor, digits, lexeme, start, opens):
        return
    cursor.tokens.add(digits, TokenKind.NUMBER, start, cursor.lexemes[last].end, opens=opens)
    read_unit(cursor)


def _plain_digits(text: str, decimal_comma: bool) -> str:
    """
    Return a number without marks between thousands, with a decimal point.
    """
    if decimal_comma and ("," in text or _GROUPED_BY_POINTS.fullmatch(text)):
        text = text.replace(".", "").replace(",", ".")
    elif "," in text and _COMMA_LAST.search(text) and " " in text:
        text = text.replace(",", ".")
    digits = text.replace(",", "").replace(" ", "").replace("'", "")
    return "0" + digits if digits.startswith(".") else digits


def _find_scale(cursor: Cursor, lexeme: Lexeme, is_money: bool) -> int | None:
    word = cursor.peek_word()
    scale = cursor.lexicon.scales.get(word)
    if scale is not None or not word:
        return scale
    following, quantities = cursor.peek(), cursor.lexicon.quantities
    if following is None:
        return None
    if is_money and following.start - lexeme.end <= 1 and word in quantities.money_scales:
        return quantities.money_scales[word]
    return quantities.number_scales.get(word) if following.start == lexeme.end or len(word) > 1 else None


def _follows_article(cursor: Cursor, lexeme: Lexeme) -> bool:
    """
    Return whether `a` comes right before a scale: "a hundred".
    """
    tokens = cursor.tokens
    return (
        bool(len(tokens))
        and tokens.forms[-1] == "a"
        and not cursor.text[tokens.ends[-1] : lexeme.start].strip(_DRESSING)
    )


def _multiply(digits: str, scale: int) -> str:
    """
    Return `1.5` times a million as `1500000`, without binary fractions.
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
