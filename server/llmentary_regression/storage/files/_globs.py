"""
Path patterns as settings write them: `suites/**/*.llmtest`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass

_GLOB = re.compile(r"[*?\[]")
_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PathPattern:
    """
    A compiled pattern for paths below the root, written with `/`.
    """

    base: str
    """The folder that everything it matches lies in; empty for the root itself."""
    regex: re.Pattern[str]

    def matches(self, name: str) -> bool:
        """
        Return whether the path `name` matches.
        """
        if not name.isascii():
            name = unicodedata.normalize("NFC", name)  # macOS lists decomposed names
        return self.regex.fullmatch(name) is not None


def read_pattern(text: str, *, is_folder: bool = False) -> PathPattern:
    """
    Compile a pattern; `is_folder` makes it stand for the suites anywhere below.
    """
    text = unicodedata.normalize("NFC", text.replace(os.sep, "/")).removeprefix("./").rstrip("/")
    if is_folder:
        text = "**/*.llmtest" if text in ("", ".") else f"{text}/**/*.llmtest"
    plain = []
    for part in text.split("/")[:-1]:
        if _GLOB.search(part):
            break
        plain.append(part)
    flags = re.IGNORECASE if os.name == "nt" else 0
    try:
        regex = re.compile("".join(_translate(piece) for piece in _PIECE.findall(text)), flags)
    except re.error:  # a range such as `[z-a]`: then it can only be meant literally
        regex = re.compile(re.escape(text), flags)
    return PathPattern(base="/".join(plain), regex=regex)


def _translate(piece: str) -> str:
    if piece == "**/":
        return "(?:[^/]+/)*"
    if piece == "**":
        return ".*"
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if len(piece) > 1:
        inside = piece[1:-1].replace("\\", r"\\")
        return f"[^{inside[1:]}/]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(piece)
