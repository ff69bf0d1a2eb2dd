"""
The lines of a `.llmtest` document, and the kind of a line regardless of its context.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from llmentary_regression.core.model import Position, Role, Span

BLANKS = " \t"

_ROLES = {str(role): role for role in Role}
_TURN = re.compile(rf"--- ({'|'.join(_ROLES)})[ \t]*")
_QUOTE = re.compile(r'("{3,})[ \t]*')


class Lines(list[str]):
    """
    The lines of a document, without their ends.

    A class because the positions of quotes are found once for all blocks, and only if there are any; a list
    because every line is read several times.
    """

    def __init__(self, text: str) -> None:
        # Not `splitlines`, which also splits at U+2028, U+0085, form feeds and vertical tabs.
        super().__init__(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))

    @classmethod
    def of(cls, lines: Iterable[str]) -> Lines:
        """
        Return lines that are already split.
        """
        made = cls("")
        made[:] = lines
        return made

    def closing_quote(self, opening: int) -> int | None:
        """
        Return the first line below `opening` with exactly as many quotes.
        """
        same = self._quotes[quote_length(self[opening])]
        index = bisect_left(same, opening + 1)
        return same[index] if index < len(same) else None

    @cached_property
    def _quotes(self) -> dict[int, list[int]]:
        quotes: dict[int, list[int]] = {}
        for index, line in enumerate(self):
            if line.startswith('"""') and (length := quote_length(line)):
                quotes.setdefault(length, []).append(index)
        return quotes

    def span(self, index: int) -> Span:
        """
        Return the span of a line, without its end.
        """
        return part_of_line(index, 0, len(self[index]))

    def full_span(self, index: int) -> Span:
        """
        Return the span of a line with its end, for removing the line.
        """
        if index + 1 < len(self):
            return Span(Position(index, 0), Position(index + 1, 0))
        return self.span(index)


def part_of_line(line: int, start: int, end: int) -> Span:
    return Span(Position(line, start), Position(line, end))


def is_blank(line: str) -> bool:
    return not line.strip(BLANKS)


def is_comment(line: str) -> bool:
    return line == "#" or line.startswith("# ")


def is_header(line: str) -> bool:
    return line.startswith("===") and (len(line) == 3 or line[3] == " ")


def is_setting(line: str) -> bool:
    return len(line) > 1 and line[0] == "@" and line[1] not in BLANKS


def is_row(line: str) -> bool:
    return line.startswith("|")


def turn_role(line: str) -> Role | None:
    """
    Return the role of the turn that the line starts, if it is a turn marker.
    """
    found = _TURN.fullmatch(line) if line.startswith("--- ") else None
    return _ROLES[found[1]] if found else None


def quote_length(line: str) -> int:
    """
    Return the number of quotes of a line that opens or closes a quoted body, else 0.
    """
    found = _QUOTE.fullmatch(line) if line.startswith('"""') else None
    return len(found[1]) if found else 0
