"""
Characters that show nothing or change how others are shown, and the few places where writing needs them.

Escaped is whatever Unicode lists as default-ignorable, controls, and direction marks. Kept are joiners, variation
selectors and tags where they belong: within an emoji, and between letters of scripts that join.
"""

from __future__ import annotations

import re
import unicodedata

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f"  # control characters, ESC among them; tabs and line feeds stay
    "\x80-\x9f"  # the same with the eighth bit: U+009B opens a terminal command too
    "\xad\u034f\u061c\u180e"  # a soft hyphen, a joiner of graphemes, an Arabic and a Mongolian mark
    "\u115f\u1160\u3164\uffa0\u17b4\u17b5"  # letters of Hangul and Khmer that show nothing
    "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors: 256 values behind any letter
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # of no width, and directions
    "\u2028\u2029"  # line separators would break out of an indented block
    "\u2800"  # a Braille pattern without a dot
    "\ud800-\udfff"  # lone surrogates cannot be encoded
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotations, shorthand, beams
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags, which spell text that nobody sees, and their kin
    "]"
)

_ZWNJ, _ZWJ = "\u200c", "\u200d"
_FLAGS = re.compile(
    "\U0001f3f4(\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f)"
)
"""The flags of England, Scotland and Wales: the only emoji that are spelled with tags."""
_TEXT_STYLE = frozenset("\ufe0e\ufe0f")
_VIRAMA = 9
_JOINING = ("ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "MANDAIC", "ADLAM", "HANIFI ROHINGYA", "SOGDIAN")
"""Scripts whose letters join, so that a joiner or non-joiner between two of them is spelling."""


def keeps_meaning(text: str, at: int) -> bool:
    """
    Return whether the hidden character at `at` belongs to what is shown there, by Unicode's rules.
    """
    character = text[at]
    before = text[at - 1] if at else ""
    if character in _TEXT_STYLE:
        return before != "" and (_is_pictogram(before) or before in "0123456789#*")
    if 0xFE00 <= ord(character) <= 0xFE0D or ord(character) >= 0xE0100:
        return before != "" and unicodedata.category(before) == "Lo" and _is_ideograph(before)
    if character in "\u180b\u180c\u180d\u180f":
        return before != "" and unicodedata.name(before, "").startswith("MONGOLIAN LETTER")
    if character in (_ZWJ, _ZWNJ):
        return _may_join(text, at)
    if 0xE0020 <= ord(character) <= 0xE007F:
        # The longest is seven characters; looking further back would make a text of tags quadratic.
        near = text[max(0, at - 6) : at + 6]
        start = at - max(0, at - 6)
        return "\U0001f3f4" in near and any(
            found.start(1) <= start < found.end(1) for found in _FLAGS.finditer(near)
        )
    return False


def _may_join(text: str, at: int) -> bool:
    if text[at - 1] in (_ZWJ, _ZWNJ):
        return False  # two in a row join nothing, but can spell
    before = _base_before(text, at)
    after = text[at + 1] if at + 1 < len(text) else ""
    if not before or not after:
        return False
    if text[at] == _ZWJ and _is_pictogram(before) and _is_pictogram(after):
        return True
    if unicodedata.combining(text[at - 1]) == _VIRAMA:
        return True
    return _joins(before) and _joins(after)


def _base_before(text: str, at: int) -> str:
    """
    Return the character that a joiner follows, past marks, a style and a colour of skin.
    """
    for place in range(at - 1, max(-1, at - 5), -1):
        one = text[place]
        if one in _TEXT_STYLE or "\U0001f3fb" <= one <= "\U0001f3ff" or unicodedata.combining(one):
            continue
        return one
    return ""


def _is_pictogram(character: str) -> bool:
    code = ord(character)
    if unicodedata.category(character) not in ("So", "Sm", "Sk", "Po"):
        # An emoji newer than this Python has no category yet.
        return 0x1F300 <= code <= 0x1FAFF
    return 0x1F000 <= code <= 0x1FAFF or 0x2190 <= code <= 0x2BFF or character in "©®‼⁉™ℹ〰〽㊗㊙"


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith(("CJK ", "NUSHU ", "TANGUT "))


def _joins(character: str) -> bool:
    if unicodedata.category(character) not in ("Lo", "Lm"):
        return False
    return unicodedata.name(character, "").startswith(_JOINING)
