"""
Give one form to what Unicode writes in several ways: spaces, quotes, dashes, ligatures, digits, case.

The tables are pinned. `unicodedata.ucd_3_2_0` is the same in every Python, and a character that it does not
know is left as it is, so that Python 3.10 and 3.14 read one answer alike.
"""

from __future__ import annotations

import re
from unicodedata import ucd_3_2_0

_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\f\v"
)
_INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f"
)
_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u02bc\u2039\u203a\uff07`\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02\u300c\u300d\u300e\u300f"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_BULLETS = "\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u2043\u204c\u204d\u2219\u25a0\u25a1"
_DIGIT_ZEROS = "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\uff10"

_DECORATION = (
    "\u2728\u2b50\u26a1\U0001f31f\U0001f4ab\U0001f388\U0001f389\U0001f38a\U0001f3af\U0001f44b\U0001f44f\U0001f449\U0001f447"
    "\U0001f4a1\U0001f4aa\U0001f4ac\U0001f4af\U0001f4cc\U0001f4cd\U0001f4dd\U0001f4da\U0001f4d6\U0001f50d\U0001f50e\U0001f511\U0001f525\U0001f53a\U0001f539"
    "\U0001f600\U0001f601\U0001f603\U0001f604\U0001f605\U0001f606\U0001f609\U0001f60a\U0001f60e\U0001f642\U0001f64c\U0001f64f\U0001f680\U0001f914\U0001f916\U0001f917\U0001f929"
    "\U0001f970\U0001f973\U0001f9e0"
)
"""Ornaments that models sprinkle over an answer. Signs that say yes, no, good or bad are not among them."""
_ENTITY_FORMS = {
    "amp": "&",
    "lt": "<",
    "gt": ">",
    "quot": '"',
    "#39": "'",
    "apos": "'",
    "nbsp": " ",
    "#x27": "'",
}
_ENTITIES = re.compile("&(" + "|".join(_ENTITY_FORMS) + ");")

_SELF_LINK = re.compile(r"\[([^\[\]\s]+)\]\((?:mailto:)?\1/?\)")
"""An address that is linked to itself."""
_FORMULA = re.compile(r"\\\(([^\n]{1,200}?)\\\)")
_DOLLAR_FORMULA = re.compile(r"\$(?=[^\s\d$])([^$\n]{0,200}?[\^=_\\][^$\n]{0,200}?)(?<!\s)\$(?!\d)")
"""Not two prices: a formula opens with a letter, and no digit follows its end."""
_TIMES = re.compile(r"(?<=\d )x(?= \d)")
_ESCAPE = re.compile(r"\\(?=[_*#~])|(?<=\d)\\(?=[.)] )")
"""What keeps a mark from being Markdown, outside of code."""

_FIXED: dict[int, str] = {
    **{ord(mark): " " for mark in _SPACES},
    **{ord(mark): "" for mark in _INVISIBLE},
    **{ord(mark): "'" for mark in _SINGLE_QUOTES if mark != "`"},
    **{ord(mark): '"' for mark in _DOUBLE_QUOTES},
    **{ord(mark): "-" for mark in _DASHES},
    **{ord(mark): "*" for mark in _BULLETS},
    **{ord(mark): "" for mark in _DECORATION},
    **{ord(zero) + digit: str(digit) for zero in _DIGIT_ZEROS for digit in range(10)},
    ord("\r"): "\n",
    ord("\u2028"): "\n",
    ord("\u2029"): "\n",
    ord("\u0085"): "\n",
    ord("\u2026"): "...",
    ord("\u2264"): "<=",
    ord("\u2265"): ">=",
    ord("\u2260"): "!=",
    ord("\u2192"): "->",
    ord("\u00d7"): "*",
    ord("\u00f7"): "/",
    ord("\u2044"): "/",
    ord("\u2032"): "'",
    ord("\u2033"): '"',
    ord("\u3001"): ",",
    ord("\u3002"): ".",
}
_SUPERSCRIPTS = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u207b]+")
_FRACTIONS = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2153-\u215e])")
_LETTERS_SINCE = re.compile("[\u0370-\u1fff\u2c00-\uffff\U00010000-\U0001efff\U0001fb00-\U0010ffff]")
_ADVANCED = re.compile("[^\x00-\u024f\u0370-\u052f\u2010-\u2027\u2030-\u205e\u20ac]")


def unify(text: str) -> str:
    """
    Return `text` with one form for each kind of space, quote, dash, digit and compatibility character.

    What carries meaning stays apart: `10⁵` becomes `10^5` and not `105`, `1½` becomes `1 1/2` and not `11/2`.
    """
    if "&" in text:
        text = _ENTITIES.sub(lambda match: _ENTITY_FORMS[match[1]], text)
    if "](" in text:
        text = _SELF_LINK.sub(r"\1", text)
    if "`" not in text:
        if "\\" in text:
            text = _ESCAPE.sub("", _FORMULA.sub(r"\1", text))
        if text.count("$") > 1:
            text = _DOLLAR_FORMULA.sub(r"\1", text)
    if " x " in text:
        text = _TIMES.sub("*", text)
    if text.isascii():
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _FRACTIONS.sub(" ", text.replace("\r\n", "\n"))
    text = _SUPERSCRIPTS.sub(lambda match: "^" + ucd_3_2_0.normalize("NFKC", match[0]), text)
    text = _set_apart(text.translate(_FIXED))
    return ucd_3_2_0.normalize("NFKC", text).translate(_FIXED)


def _set_apart(text: str) -> str:
    """
    Put spaces around letters that the pinned tables do not know: one Python joins them to words, another not.
    """
    strays = {ord(char): f" {char} " for char in set(_LETTERS_SINCE.findall(text)) if not is_known(char)}
    return text.translate(strays) if strays else text


def fold_case(text: str) -> str:
    """
    Return `text` without differences of case, by the pinned tables.
    """
    if text.isascii():
        return text.lower()
    if _ADVANCED.search(text) is None:
        return ucd_3_2_0.normalize("NFC", text.casefold())
    return "".join(char if ucd_3_2_0.category(char) == "Cn" else char.casefold() for char in text)


def is_known(char: str) -> bool:
    """
    Tell whether the pinned tables know a character.
    """
    return ucd_3_2_0.category(char) != "Cn"
