"""
Make text from outside safe to show: no command of a terminal or CI server, nothing hidden, nothing unsupported.
"""

from __future__ import annotations

import json
import re

from ._hidden import HIDDEN, keeps_meaning
from ._redaction import mask_secrets
from ._workflow_commands import break_commands

_PLAIN = str.maketrans("▇…·‘’“”␛", "#.-''\"\"^")
"""Replacements for our own symbols, and for common ones, on code pages without them."""


def printable(text: str) -> str:
    """
    Return `text` with every hidden character made visible, everything that looks like a secret masked, and
    every line that a CI server would obey broken.
    """
    return break_commands(show_hidden(mask_secrets(text)))


def escape_in_json(text: str) -> str:
    """
    Return a JSON document with every hidden character as JSON's own escape: the same values, all to be seen.
    """
    return HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def show_hidden(text: str) -> str:
    """
    Return `text` with every hidden character as an escape, but where writing needs it.
    """
    return HIDDEN.sub(_shown, text.replace("\r\n", "\n"))


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
    if code > 0x9F and keeps_meaning(found.string, found.start()):
        return found[0]
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
