"""
Make text from outside safe to show: no terminal command, no hidden change of direction, no unsupported character.
"""

from __future__ import annotations

import re

from ._redaction import mask_secrets

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f"  # control characters, ESC among them; tabs and line feeds stay
    "\x80-\x9f"  # the same with the eighth bit: U+009B opens a terminal command too
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks can make a line read as another
    "\u2028\u2029"  # line separators would break out of an indented block
    "\ud800-\udfff"  # lone surrogates cannot be encoded
    "]"
)
_PLAIN = str.maketrans("▇…·‘’“”␛", "#.-''\"\"^")
"""Replacements for our own symbols, and for common ones, on code pages without them."""


def printable(text: str) -> str:
    """
    Return `text` with every control character made visible, and everything that looks like a secret masked.
    """
    return _HIDDEN.sub(_shown, mask_secrets(text).replace("\r\n", "\n"))


def one_line(text: str, limit: int = 0) -> str:
    """
    Return `text` as one printable line, cut at `limit` characters if one is given.
    """
    line = " ".join(printable(text).split())
    return line if not limit or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def fit_encoding(text: str, encoding: str) -> str:
    """
    Return `text` with every character that `encoding` lacks replaced by another.
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, errors="replace").decode(encoding)
    return text


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\u{code:04x}"
