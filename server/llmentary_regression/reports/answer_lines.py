"""
An answer, or its redacted diff, as lines of the terminal report.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text

from llmentary_regression.core.model import CaseResult
from llmentary_regression.core.safe_text import printable

if TYPE_CHECKING:
    from llmentary_regression.core.judging import RedactedDiff

DiffOf = Callable[[CaseResult], "RedactedDiff | None"]

_LINES_SHOWN = 12
_CHARACTERS_SHOWN = 1500
_WORDS_KEPT = 12
"""How many words of a long unchanged segment are shown on either side of a change."""
_WORD = re.compile(r"\S+")


def answer_lines(text: str, *, whole: bool = False) -> list[Text]:
    """
    Return an answer's lines after `> `; only its beginning, unless the `whole` is wanted.
    """
    shown = text if whole else text[:_CHARACTERS_SHOWN]
    lines = printable(shown).strip("\n").split("\n")
    if not whole:
        lines = lines[:_LINES_SHOWN]
    rest = len(text) - len("\n".join(lines))
    marked = [Text.assemble(("> ", "dim"), line) for line in lines]
    if not whole and rest > 8:
        marked.append(Text(f"... and {rest} more characters (`-v` shows all)", "dim"))
    return marked


def diff_lines(diff: RedactedDiff, *, whole: bool = False) -> list[Text]:
    """
    Return a redacted diff: `- ` and the approved answer in blocks, `+ ` and the new answer.
    """
    left, right = Text(), Text()
    last = len(diff.segments) - 1
    for number, segment in enumerate(diff.segments):
        text = printable(segment.text)
        if segment.kind == "removed":
            left.append(text, "bold red")
        elif segment.kind == "added":
            right.append(text, "bold green")
        else:
            if not whole:
                text = _shortened(text, is_first=number == 0, is_last=number == last)
            left.append(text)
            right.append(text)
    return [*_behind("- ", "red", left, whole=whole), *_behind("+ ", "green", right, whole=whole)]


def _behind(mark: str, style: str, text: Text, *, whole: bool) -> list[Text]:
    lines = [Text.assemble((mark, style), line) for line in text.split("\n", allow_blank=True)]
    if whole or len(lines) <= _LINES_SHOWN:
        return lines
    rest = len(lines) - _LINES_SHOWN
    return [*lines[:_LINES_SHOWN], Text(f"... and {rest} more lines (`-v` shows all)", "dim")]


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """
    Return an unchanged segment without its middle, or without its outer end if nothing changed beyond it.
    """
    words = list(_WORD.finditer(text))
    if len(words) <= 3 * _WORDS_KEPT:
        return text
    head = "" if is_first else text[: words[_WORDS_KEPT - 1].end()] + " "
    tail = "" if is_last else " " + text[words[-_WORDS_KEPT].start() :]
    return f"{head}[...]{tail}"
