"""
What each sort of lexeme looks like, as parts of one regular expression that is built for the given text.
"""

from __future__ import annotations

import re
from functools import lru_cache

_URL = r"(?P<url>(?:https?://|www\.)[^\s<>\"'`)\]}]*[^\s<>\"'`)\]}.,;:!?*_])"
_EMAIL = r"(?P<email>[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+)"
_DOMAIN = (
    r"(?P<domain>(?:[A-Za-z0-9-]{1,63}\.){1,4}(?:com|org|net|edu|gov|io|ai|app|dev|info|COM|ORG|NET)(?![\w.-]*\w)"
    r"(?:/[^\s<>\"'`)\]}]*[^\s<>\"'`)\]}.,;:!?*_])?)"
)
_PHONE = (
    r"(?P<phone>(?=[\d+(])(?<![\w.])(?:\+?1[ .-]?)?(?:\(\d{3}\)[ .-]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
    r"|\+(?=(?:[ .()-]{0,2}\d){9,15}(?!\d))\d{1,3}(?:[ .()-]{0,2}\d{2,4}){2,6}(?!\d))"
)
_DATE = (
    r"(?P<date>\d{4}(?:-\d{1,2}-|/\d{1,2}/)\d{1,2}(?![\d/])"
    r"|(?<![\d./-])\d{1,2}(?:\.\d{1,2}\.|/\d{1,2}/|-\d{1,2}-)\d{4}(?![\d/-]|\.\d))"
)
_FOREIGN_MONEY = r"(?P<money>(?:US|CA|AU|NZ|HK|[ACS])\$(?= ?\d))"
_TIME = r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?![\d:]))"
_GROUPED = (
    # Grouped by spaces: two numbers may be side by side, but no number begins with a zero.
    r"(?<!\d )\d{1,3}(?: \d{3}){2,}(?:[.,]\d{1,2})?(?![\d,.]?\d| \d)"
    r"|(?<![\d.,])(?<!\d )\d{1,3}(?: \d{3})* 0\d\d(?: \d{3})*(?:[.,]\d{1,2})?(?![\d,.]?\d| \d)"
    r"|\d{1,3}(?:'\d{3})+(?:[.,]\d{1,2})?(?!['\d])"
)
_NUMBER = (
    rf"(?P<number>(?=\d)(?:{_GROUPED}|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!,?\d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]\d)|\d+(?:\.\d+)*)|\.(?<![\w.]\.)\d+)"
)
_NUMBER_BY_COMMA = (
    rf"(?P<number>(?=\d)(?:{_GROUPED}|\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?(?![\d.]\d)"
    r"|(?<!\d,)\d+,\d+(?!,?\d)|\d+(?:\.\d+)*))"
)
"""For languages with a decimal comma."""
_TAG = r"(?P<tag></?(?!https?:|www\.)[A-Za-z!][^<>\n@]{0,300}>)"
_CODE = r"(?P<code>(?P<ticks>`{1,2})(?!`)[^`\n]+(?P=ticks)(?!`))"
_RULE = r"(?P<rule>_{2,}|-{3,}|={3,}|\*{3,}|~{3,}|`+)"
_SIGN = r"(?P<sign>->|<=|>=|!=|==|\+\+|&&|\|\||~~|\S)"
_DOTTED = r"(?P<dotted>(?:[A-Za-z]\.|[A-Z][a-z]\.(?=[A-Z]\.)){2,}[A-Za-z]?|[A-Za-z]{1,6}\.(?=[\s,)]))"

# Scripts written without spaces are read character by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD_ASCII = r"(?P<word>[^\W\d][^\W]*(?:'[^\W\d_]+)*(?<!_))"
_CHAR = rf"(?P<char>[{_UNSPACED}])"
_WORD = rf"(?P<word>[^\W\d](?:(?![{_UNSPACED}])\w)*(?:'[^\W\d_]+)*(?<!_))"

_PLAIN = r"(?P<plain>[A-Za-z]+)(?: |(?=[,\n]))"
"""
Most of an answer consists of these. They are tried first, since nothing else can match there, and include the
space after them, where nothing can match at all.
"""
_RARE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("://", "www."), _URL),
    (("@",), _EMAIL),
    (("$",), _FOREIGN_MONEY),
    (
        (
            ".com",
            ".org",
            ".net",
            ".edu",
            ".gov",
            ".io",
            ".ai",
            ".app",
            ".dev",
            ".info",
            ".COM",
            ".ORG",
            ".NET",
        ),
        _DOMAIN,
    ),
    (("-", "/", ".1", ".2"), _DATE),
    ((":",), _TIME),
    (("<",), _TAG),
    (("`",), _CODE),
    (("__", "---", "===", "***", "~~~", "`"), _RULE),
)
"""What only some answers contain, in the order of trying, with the signs one of which it always contains."""
_PHONE_PART = re.compile(r"\d[ .-]\d{4}")


def find_pattern(text: str, start: int, end: int, decimal_comma: bool) -> re.Pattern[str]:
    """
    Return the expression for a stretch of text, with only those parts that can match there.
    """
    found_signs = (any(text.find(sign, start, end) >= 0 for sign in signs) for signs, _ in _RARE)
    has_phone = "+" in text or _PHONE_PART.search(text, start, end) is not None
    return _pattern(text.isascii(), decimal_comma, has_phone, *found_signs)


@lru_cache(maxsize=128)
def _pattern(is_ascii: bool, decimal_comma: bool, has_phone: bool, *found: bool) -> re.Pattern[str]:
    """
    Return the expression for texts with some of the rare signs; parts that cannot match would only take time.
    """
    rare = [part for (_, part), is_found in zip(_RARE, found, strict=True) if is_found]
    words = (_WORD_ASCII,) if is_ascii else (_CHAR, _WORD)
    phone = (_PHONE,) if has_phone else ()
    number = _NUMBER_BY_COMMA if decimal_comma else _NUMBER
    parts = (_PLAIN, *phone, *rare, number, _DOTTED, *words, _SIGN)
    return re.compile("|".join(parts), re.ASCII if is_ascii else re.UNICODE)
