"""
Read what is no word: signs, addresses, code, characters of scripts without spaces.
"""

from __future__ import annotations

import re

from llmentary_regression.core.model import Kind
from llmentary_regression.core.text.presentation import fold_case, is_known

from ._cursor import Cursor
from ._numbers import read_number
from ._scan import Raw
from ._units import read_rate, read_scale

_HOST = re.compile(r"(?:\w+://)?[^/?#]*")
_CURRENCY_SIGNS = frozenset("$€£¥₹₩₽₿¢")
_LENGTHS = {"'": "foot", '"': "inch"}


def read_address(cursor: Cursor, raw: Raw, opens: bool) -> None:
    """
    Read an address of the web or of mail.
    """
    # Where no protocol is named, a browser takes the safe one.
    text = raw.text.rstrip("/").removeprefix("https://")
    if raw.kind == "email":
        cursor.add(raw, fold_case(text), Kind.URL, opens)
        return
    # Of an address the host alone may be written in any case.
    host = _HOST.match(text)
    end = host.end() if host is not None else 0
    cursor.add(raw, fold_case(text[:end]) + text[end:], Kind.URL, opens)


def read_phone(cursor: Cursor, raw: Raw, opens: bool) -> None:
    """
    Read a telephone number, however its digits are grouped.
    """
    digits = "".join(char for char in raw.text if char.isdigit())
    cursor.add(raw, f"+{digits}" if raw.text[0] == "+" else digits, Kind.NUMBER, opens)


def read_code(cursor: Cursor, raw: Raw, opens: bool) -> None:
    """
    Read code as it stands.
    """
    cursor.add(raw, raw.text if raw.kind == "code" else " ".join(raw.text.split()), Kind.CODE, opens)


def read_char(cursor: Cursor, raw: Raw, opens: bool) -> None:
    """
    Read a character of a script without spaces.
    """
    cursor.add(raw, raw.text, Kind.WORD, opens)


def read_sign(cursor: Cursor, raw: Raw, opens: bool) -> None:
    """
    Read a sign: one of currency or arithmetic with the number after it.
    """
    sign = raw.text
    if sign in _LENGTHS:
        if cursor.text[raw.start - 1].isdigit():
            cursor.add(raw, _LENGTHS[sign], Kind.UNIT)
        else:
            cursor.add(raw, "'s", Kind.FUNCTION)
        return
    if sign in _CURRENCY_SIGNS:
        following = cursor.peek()
        if following is not None and following.kind == "number" and following.start - raw.end <= 1:
            cursor.read_on(1)
            read_number(cursor, following, opens, currency=sign, start=raw.start)
            return
        cursor.add(raw, "cent" if sign == "¢" else sign, Kind.MONEY, opens)
        return
    if sign == "-":
        following = cursor.peek()
        if following is not None and following.kind == "number" and following.start == raw.end:
            previous = cursor.text[raw.start - 1 : raw.start]
            if not (previous.isalnum() or previous in (")", "]", "%")):
                cursor.read_on(1)
                read_number(cursor, following, opens, minus=True, start=raw.start)
                return
    if sign in "~≈":
        cursor.add(raw, "approximately", Kind.LIMIT, opens)
    elif sign == "#" and _is_number_sign(cursor, raw):
        cursor.add(raw, "number", Kind.WORD, opens)
    elif sign == "&":
        cursor.add(raw, "and", Kind.FUNCTION, opens)
    elif sign == "%":
        cursor.add(raw, "percent", Kind.UNIT, opens)
    elif sign == "°":
        scale = read_scale(cursor)
        cursor.add(raw, scale or "degree", Kind.UNIT, opens, cursor.raws[cursor.at].end)
    elif sign == "/" and read_rate(cursor, raw):
        return
    else:
        cursor.add(raw, sign, Kind.SIGN if is_known(sign[0]) else Kind.WORD, opens)


def _is_number_sign(cursor: Cursor, raw: Raw) -> bool:
    following = cursor.peek()
    return following is not None and following.kind == "number" and following.start == raw.end
