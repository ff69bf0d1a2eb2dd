"""
Give one form to what Unicode writes in several ways: spaces, quotes, dashes, ligatures, digits, case.

The tables are pinned. `unicodedata.ucd_3_2_0` is the same in every Python, and a character that it does not
know is left as it is, so that Python 3.10 and 3.14 read one answer alike.
"""

from __future__ import annotations

import re
from html import unescape
from unicodedata import ucd_3_2_0

from ._emoji import drop_decorations

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f\u034f\u061c\u180e"
    # Signs of a trade mark, and what opens a Spanish question or call: its end says so, too.
    "\u2122\u00ae\u2120\u00bf\u00a1"
)
_SINGLE_QUOTES = "\u275b\u275c\u02bb\u2018\u2019\u201a\u201b\u02bc\u2039\u203a\uff07`\u00b4"
_DOUBLE_QUOTES = (
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\u301d\u301e\u301f\u275d\u275e\u300c\u300d\u300e\u300f"
)
_DASHES = "\u2e3a\u2e3b\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_BULLETS = "\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u2043\u204c\u204d\u2219\u25a0\u25a1\u25fe"
_ARROWS = "\u2192\u27f6\u2794\u2799\u279b\u279c\u279d\u279e\u279f\u27a0\u27a1\u279d"
_DIGIT_ZEROS = "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\uff10"

_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")
_TIMES = re.compile(r"(?<=\d)(?<!\b0)( ?)x\1(?=\d)")
"""The letter `x` between two digits, with the same space on both sides, but not in a hexadecimal number."""
_MAYBE_TIMES = re.compile(r"x ?\d")
"""Much faster to search for, and found wherever `_TIMES` is."""
_PLUS_MINUS = re.compile(r"\+ ?/ ?- ?(?=[\d$€£])")
_THIN_GROUPS = re.compile("(?<![\\d.,])\\d{1,3}(?:[\u00a0\u2007\u2009\u202f]\\d{3})+(?!\\d)")
"""Thousands grouped by a no-break space; with a plain space they could be two numbers."""
_MIDDLE_DOT = re.compile("(?<=\\d)( ?)\u00b7\\1(?=\\d)")
_TIMES_OVER = re.compile("(?<=\\d)\u00d7(?=[ ]+[a-z]{2}|[.,;)]|$)")

_FIXED: dict[int, str] = {
    **{ord(mark): " " for mark in _SPACES},
    **{ord(mark): "" for mark in _INVISIBLE},
    **{ord(mark): "'" for mark in _SINGLE_QUOTES if mark != "`"},
    **{ord(mark): '"' for mark in _DOUBLE_QUOTES},
    **{ord(mark): "-" for mark in _DASHES},
    **{ord(mark): "*" for mark in _BULLETS},
    **{ord(zero) + digit: str(digit) for zero in _DIGIT_ZEROS for digit in range(10)},
    ord("\r"): "\n",
    ord("\f"): "\n",
    ord("\v"): "\n",
    ord("\u2028"): "\n",
    ord("\u2029"): "\n",
    ord("\u0085"): "\n",
    ord("\u2026"): "...",
    ord("\u2264"): "<=",
    ord("\u2265"): ">=",
    ord("\u2260"): "!=",
    **{ord(arrow): "->" for arrow in _ARROWS},
    ord("\u00d7"): "*",
    ord("\u22c5"): "*",
    ord("\u2217"): "*",
    ord("\u2215"): "/",
    ord("\u2236"): ":",
    ord("\u00f7"): "/",
    ord("\u2044"): "/",
    ord("\u2032"): "'",
    ord("\u2033"): '"',
    ord("\u3001"): ",",
    ord("\u3002"): ".",
}
_ASCII_FIXED = {code: new for code, new in _FIXED.items() if code < ord(" ")}
_ASCII_ODD = re.compile(r"[\r\t\f\v]")
_SUPERSCRIPTS = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u207b]+")
_FRACTIONS = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2153-\u215e])")
_LETTERS_SINCE = re.compile("[\u0370-\u1fff\u2c00-\uffff\U00010000-\U0001efff\U0001fb00-\U0010ffff]")
_ADVANCED = re.compile("[^\x00-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\u20ac]")


def normalize_unicode(text: str) -> str:
    """
    Return `text` with one form for each kind of space, quote, dash, digit and compatibility character.

    What carries meaning stays distinct: `10⁵` becomes `10^5` and not `105`, `1½` becomes `1 1/2` and not `11/2`.
    """
    if "&" in text and ";" in text:
        text = _ENTITY.sub(_read_entity, text)
    if _MAYBE_TIMES.search(text) is not None:
        text = _TIMES.sub("*", text)
    if "+" in text:
        text = _PLUS_MINUS.sub("±", text)
    if text.isascii():
        return text.replace("\r\n", "\n").translate(_ASCII_FIXED) if _ASCII_ODD.search(text) else text
    text = _FRACTIONS.sub(" ", text.replace("\r\n", "\n"))
    text = _THIN_GROUPS.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    text = _SUPERSCRIPTS.sub(lambda match: "^" + ucd_3_2_0.normalize("NFKC", match[0]), text)
    text = _MIDDLE_DOT.sub("*", _TIMES_OVER.sub("x", text))
    text = _set_apart(drop_decorations(text.translate(_FIXED)))
    return ucd_3_2_0.normalize("NFKC", text).translate(_FIXED)


def _read_entity(match: re.Match[str]) -> str:
    """
    Return the character of an HTML entity; one that would open a tag stays as it is.
    """
    char = unescape(match[0])
    if char == match[0] or (
        char == "<" and match.string[match.end() : match.end() + 1].strip(" =\n0123456789")
    ):
        return match[0]
    return char


def _set_apart(text: str) -> str:
    """
    Put spaces around letters that the pinned tables lack: some Python versions join them to words, others do not.
    """
    strays = {ord(char): f" {char} " for char in set(_LETTERS_SINCE.findall(text)) if not is_known(char)}
    return text.translate(strays) if strays else text


def fold_case(text: str) -> str:
    """
    Return `text` in folded case, by the pinned tables.
    """
    if text.isascii():
        return text.lower()
    if _ADVANCED.search(text) is None:
        return ucd_3_2_0.normalize("NFC", text.casefold())
    return "".join(char if ucd_3_2_0.category(char) == "Cn" else char.casefold() for char in text)


def is_known(char: str) -> bool:
    """
    Return whether the pinned tables contain a character.
    """
    return ucd_3_2_0.category(char) != "Cn"
