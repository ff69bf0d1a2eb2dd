"""
Where a params file names its parameters: in the heading of a `.csv`, and in every line of a `.jsonl`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from llmentary_regression.core.model import Edit, Position, Span
from llmentary_regression.core.suite.parsing import BLANKS

_LINE_END = re.compile(r"\r\n|\r|\n")
_CSV_CELL = re.compile(r'"((?:[^"]|"")*)"|[^,]*')
_JSON_SPACE = re.compile(r"[ \t\r]*")


@dataclass(frozen=True, slots=True)
class RenamedFile:
    """
    A params file in which a parameter got another name.
    """

    edits: tuple[Edit, ...]
    text: str


def rename_in_file(file: str, text: str, old: str, new: str) -> RenamedFile:
    """
    Rename a parameter wherever a params file names it; no edits if it does not.

    Args:
        file: the name of the file; its suffix decides the format.
        text: the content without a byte order mark; it must be valid rows.
        old: the present name.
        new: the new name.
    """
    starts = _starts_of_lines(text)
    edits, pieces, index = [], [], 0
    for occurrence in _occurrences(file, text, old):
        start, end, replacement = occurrence.spelled(new)
        edits.append(Edit(Span(_position(starts, start), _position(starts, end)), replacement))
        pieces += [text[index:start], replacement]
        index = end
    return RenamedFile(tuple(edits), "".join([*pieces, text[index:]]))


def find_in_file(file: str, text: str, name: str) -> Span | None:
    """
    Return the first place where a params file names a parameter, or None.
    """
    starts = _starts_of_lines(text)
    for occurrence in _occurrences(file, text, name):
        return Span(_position(starts, occurrence.start), _position(starts, occurrence.end))
    return None


@dataclass(frozen=True, slots=True)
class _Cell:
    """
    A name in the heading of a `.csv`, by its offsets without quotes.
    """

    start: int
    end: int
    is_quoted: bool

    def spelled(self, new: str) -> tuple[int, int, str]:
        """
        Return start and end of what is to be replaced, and the replacement.
        """
        doubled = new.replace('"', '""')
        if self.is_quoted:
            return self.start, self.end, doubled
        return self.start, self.end, f'"{doubled}"' if "," in new or new.startswith('"') else new


@dataclass(frozen=True, slots=True)
class _Key:
    """
    A name in a line of a `.jsonl`, by its offsets without quotes.
    """

    start: int
    end: int

    def spelled(self, new: str) -> tuple[int, int, str]:
        """
        Return start and end of what is to be replaced, and the replacement.
        """
        return self.start, self.end, json.dumps(new, ensure_ascii=False)[1:-1]


def _occurrences(file: str, text: str, name: str) -> Iterator[_Cell | _Key]:
    return _cells(text, name) if file.endswith(".csv") else _keys(text, name)


def _cells(text: str, name: str) -> Iterator[_Cell]:
    heading = re.search(r"[^\r\n]+", text)
    index, end = heading.span() if heading is not None else (1, 0)
    while index <= end:
        cell = _CSV_CELL.match(text, index, end)
        assert cell is not None, "the pattern matches the empty text"
        is_quoted = cell[1] is not None
        start = cell.start(1 if is_quoted else 0)
        inner = cell[1] if is_quoted else cell[0]
        shown = inner.strip(BLANKS)
        if (shown.replace('""', '"') if is_quoted else shown) == name:
            start += len(inner) - len(inner.lstrip(BLANKS))
            yield _Cell(start, start + len(shown), is_quoted)
        index = cell.end() + 1


def _keys(text: str, name: str) -> Iterator[_Key]:
    index = 0
    for line in text.split("\n"):
        if line.strip():
            for key, start, end in _keys_of_line(line):
                if key == name:
                    yield _Key(index + start, index + end)
        index += len(line) + 1


def _keys_of_line(line: str) -> Iterator[tuple[str, int, int]]:
    """
    Yield the outermost keys of a line that is a JSON object, with their start and end without quotes.
    """
    decoder = json.JSONDecoder()
    index = _after_space(line, line.index("{") + 1)
    while line[index] == '"':
        key, end = decoder.raw_decode(line, index)
        yield key, index + 1, end - 1
        colon = _after_space(line, end)
        _, end = decoder.raw_decode(line, _after_space(line, colon + 1))
        comma = _after_space(line, end)
        index = _after_space(line, comma + 1) if line[comma] == "," else comma


def _after_space(line: str, index: int) -> int:
    space = _JSON_SPACE.match(line, index)
    assert space is not None, "the pattern matches the empty text"
    return space.end()


def _starts_of_lines(text: str) -> list[int]:
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def _position(starts: list[int], offset: int) -> Position:
    line = bisect_right(starts, offset) - 1
    return Position(line, offset - starts[line])
