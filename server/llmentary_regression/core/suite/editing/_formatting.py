"""
Lay a suite out evenly, without changing what it asks: tables, blank lines, ends of lines.

The text of questions is never touched, nor what stands between a setting and its value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from llmentary_regression.core.model import Edit, Position, Span
from llmentary_regression.core.suite.incremental import Reading
from llmentary_regression.core.suite.parsing import (
    BLANKS,
    SEPARATOR_CELL,
    Lines,
    is_blank,
    is_comment,
    quote_length,
    raw_cells,
    turn_role,
)

from ._outline import BlockOutline, blocks


def format_suite(reading: Reading) -> list[Edit]:
    """
    Return the edits that lay the suite out; none where it is laid out already, or is no text.
    """
    if reading.is_binary or not any(not is_blank(line) for line in reading.lines):
        return []
    if any(line.startswith("\ufeff") for line in reading.lines):
        return []  # at the top of a file it would no longer be text
    return sorted(_edits(reading), key=lambda edit: edit.span)


def _edits(reading: Reading) -> Iterator[Edit]:
    lines = reading.lines
    yield from _preamble(reading)
    is_open = False
    for number, block in enumerate(blocks(reading)):
        is_open = bool(reading.records[number].never_closed)
        yield from _head(lines, block)
        if not is_open:
            yield from _around_text(lines, block)
    if not is_open:
        yield from _end(lines)


def _preamble(reading: Reading) -> Iterator[Edit]:
    lines, end = reading.lines, reading.opening.preamble.end
    settings = {setting.line for setting in reading.opening.preamble.settings}
    blank_before = True  # at the top, as behind a blank line, no blank line is wanted
    for at in range(end):
        line = lines[at]
        if is_blank(line):
            if blank_before and at + 1 < len(lines):
                yield Edit(lines.full_span(at), "")
            elif line and at + 1 < len(lines):
                yield Edit(lines.span(at), "")
            blank_before = True
            continue
        blank_before = False
        if at in settings or is_comment(line):
            yield from _trimmed(lines, at)
    if 0 < end < len(lines) and not is_blank(lines[end - 1]):
        yield _inserted(end, "\n")


def _head(lines: Lines, block: BlockOutline) -> Iterator[Edit]:
    header = lines[block.start]
    laid_out = " ".join(["===", *header[3:].replace("\t", " ").split(" ")])
    laid_out = " ".join(part for part in laid_out.split(" ") if part)
    if laid_out != header:
        yield Edit(lines.span(block.start), laid_out)
    settings = {setting.line for setting in block.head.settings}
    for at in range(block.start + 1, block.head.end):
        if at in settings or is_comment(lines[at]):
            yield from _trimmed(lines, at)
    yield from _table(lines, block.head.rows)


def _table(lines: Lines, rows: range) -> Iterator[Edit]:
    """
    Align a table's columns; a row keeps the number of its cells.
    """
    cells = {at: raw_cells(lines[at]) for at in rows}
    has_separator = len(rows) > 1 and all(SEPARATOR_CELL.fullmatch(cell) for cell in cells[rows[1]])
    separator = rows[1] if has_separator else None
    columns = max((len(row) for row in cells.values()), default=0)
    widths = [
        max(
            [3 if has_separator else 1]
            + [_width(row[column]) for at, row in cells.items() if at != separator and column < len(row)]
        )
        for column in range(columns)
    ]
    for at, row in cells.items():
        if at == separator:
            made = [_dashes(cell, width) for cell, width in zip(row, widths, strict=False)]
        else:
            made = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        laid_out = f"| {' | '.join(made)} |"
        if laid_out != lines[at]:
            yield Edit(lines.span(at), laid_out)


def _around_text(lines: Lines, block: BlockOutline) -> Iterator[Edit]:
    """
    Leave one blank line above the text, and one above the next block.
    """
    top = block.head.end
    first = top
    while first < block.end and is_blank(lines[first]):
        first += 1
    if first < block.end:
        line = lines[first]
        stands_apart = turn_role(line) is not None or quote_length(line)
        if first == top and not stands_apart:
            yield _inserted(top, "\n")
        elif first > top:
            yield from _one_blank(lines, range(top, first))
    if block.end == len(lines):
        return
    tail = range(max(block.last + 1, top if first < block.end else block.last + 1), block.end)
    if not tail:
        yield _inserted(block.end, "\n")
    else:
        yield from _one_blank(lines, tail)


def _one_blank(lines: Lines, blank: range) -> Iterator[Edit]:
    if len(blank) > 1:
        yield Edit(Span(Position(blank.start, 0), Position(blank.stop - 1, 0)), "")
    if lines[blank.stop - 1]:
        yield Edit(lines.span(blank.stop - 1), "")


def _end(lines: Lines) -> Iterator[Edit]:
    """
    End the file with one line end.
    """
    last = len(lines) - 1
    while is_blank(lines[last]):
        last -= 1
    if last == len(lines) - 1:
        place = lines.span(last).end
        yield Edit(Span(place, place), "\n")
        return
    if last + 1 < len(lines) - 1:
        yield Edit(Span(Position(last + 1, 0), Position(len(lines) - 1, 0)), "")
    if lines[-1]:
        yield Edit(lines.span(len(lines) - 1), "")


def _trimmed(lines: Lines, at: int) -> Iterator[Edit]:
    line = lines[at]
    end = len(line.rstrip(BLANKS))
    if end < len(line):
        yield Edit(Span(Position(at, end), Position(at, len(line))), "")


def _inserted(line: int, text: str) -> Edit:
    place = Position(line, 0)
    return Edit(Span(place, place), text)


def _dashes(cell: str, width: int) -> str:
    left, right = cell.startswith(":"), cell.endswith(":") and len(cell) > 1
    return ":" * left + "-" * (width - left - right) + ":" * right


def _width(text: str) -> int:
    """
    Return how many columns a text takes where letters have one width.
    """
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def apply_edits(lines: Sequence[str], edits: Sequence[Edit]) -> str:
    """
    Return the text of lines, without their ends, after edits that do not overlap.
    """
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for edit in sorted(edits, key=lambda one: one.span, reverse=True):
        start = starts[edit.span.start.line] + edit.span.start.column
        end = starts[edit.span.end.line] + edit.span.end.column
        text = text[:start] + edit.text + text[end:]
    return text
