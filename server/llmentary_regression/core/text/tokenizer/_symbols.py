"""
Read what is not a word: signs, addresses, code, characters of scripts without spaces.
"""

from __future__ import annotations

import re

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.presentation import fold_case, is_known

from ._cursor import Cursor
from ._numbers import read_number
from ._scan import Lexeme
from ._units import read_rate, read_scale

_HOST = re.compile(r"(?:\w+://)?[^/?#]*")
_CURRENCY_SIGNS = frozenset("$€£¥₹₩₽₿¢")
_LENGTHS = {"'": "foot", '"': "inch"}


def read_address(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read a web or mail address.
    """
    # A browser takes `https` if no protocol is given.
    text = lexeme.text.rstrip("/").removeprefix("https://")
    if lexeme.kind == "email":
        cursor.add(lexeme, fold_case(text), TokenKind.URL, opens)
        return
    # Only the host of an address may be written in any case.
    host = _HOST.match(text)
    end = host.end() if host is not None else 0
    cursor.add(lexeme, fold_case(text[:end]) + text[end:], TokenKind.URL, opens)


def read_phone(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read a telephone number, however its digits are grouped.
    """
    digits = "".join(char for char in lexeme.text if char.isdigit())
    cursor.add(lexeme, f"+{digits}" if lexeme.text[0] == "+" else digits, TokenKind.NUMBER, opens)


def read_code(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read code as it is written.
    """
    cursor.add(
        lexeme, lexeme.text if lexeme.kind == "code" else " ".join(lexeme.text.split()), TokenKind.CODE, opens
    )


def read_char(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read a character of a script without spaces.
    """
    cursor.add(lexeme, lexeme.text, TokenKind.WORD, opens)


def read_sign(cursor: Cursor, lexeme: Lexeme, opens: bool) -> None:
    """
    Read a sign; one of currency or arithmetic together with the number after it.
    """
    sign = lexeme.text
    if sign in _LENGTHS:
        if cursor.text[lexeme.start - 1].isdigit():
            cursor.add(lexeme, _LENGTHS[sign], TokenKind.UNIT)
        else:
            cursor.add(lexeme, "'s", TokenKind.FUNCTION)
        return
    if sign in _CURRENCY_SIGNS:
        following = cursor.peek()
        if following is not None and following.kind == "number" and following.start - lexeme.end <= 1:
            cursor.read_on(1)
            read_number(cursor, following, opens, currency=sign, start=lexeme.start)
            return
        cursor.add(lexeme, "cent" if sign == "¢" else sign, TokenKind.MONEY, opens)
        return
    if sign == "-":
        following = cursor.peek()
        if following is not None and following.kind == "number" and following.start == lexeme.end:
            previous = cursor.text[lexeme.start - 1 : lexeme.start]
            if not (previous.isalnum() or previous in (")", "]", "%")):
                cursor.read_on(1)
                read_number(cursor, following, opens, minus=True, start=lexeme.start)
                return
    if sign in "~≈":
        cursor.add(lexeme, "approximately", TokenKind.LIMIT, opens)
    elif sign == "#" and _is_number_sign(cursor, lexeme):
        cursor.add(lexeme, "number", TokenKind.WORD, opens)
    elif sign == "&":
        cursor.add(lexeme, "and", TokenKind.FUNCTION, opens)
    elif sign == "%":
        cursor.add(lexeme, "percent", TokenKind.UNIT, opens)
    elif sign == "°":
        scale = read_scale(cursor)
        cursor.add(lexeme, scale or "degree", TokenKind.UNIT, opens, cursor.lexemes[cursor.index].end)
    elif sign == "/" and read_rate(cursor, lexeme):
        return
    else:
        cursor.add(lexeme, sign, TokenKind.SIGN if is_known(sign[0]) else TokenKind.WORD, opens)


def _is_number_sign(cursor: Cursor, lexeme: Lexeme) -> bool:
    following = cursor.peek()
    return following is not None and following.kind == "number" and following.start == lexeme.end
