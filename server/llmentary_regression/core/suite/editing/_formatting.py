"""
Format a suite without changing what it asks: tables, blank lines, ends of lines.

The text of questions is never touched, nor the space between a setting and its value.
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
    Return the edits that format the suite; none if it is formatted already, or is not text.
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
    blank_before = True  # no blank line is wanted at the top, or after another blank line
    for index in range(end):
        line = lines[index]
        if is_blank(line):
            if blank_before and index + 1 < len(lines):
                yield Edit(lines.full_span(index), "")
            elif line and index + 1 < len(lines):
                yield Edit(lines.span(index), "")
            blank_before = True
            continue
        blank_before = False
        if index in settings or is_comment(line):
            yield from _trimmed(lines, index)
    if 0 < end < len(lines) and not is_blank(lines[end - 1]):
        yield _inserted(end, "\n")


def _head(lines: Lines, block: BlockOutline) -> Iterator[Edit]:
    header = lines[block.start]
    laid_out = " ".join(["===", *header[3:].replace("\t", " ").split(" ")])
    laid_out = " ".join(part for part in laid_out.split(" ") if part)
    if laid_out != header:
        yield Edit(lines.span(block.start), laid_out)
    settings = {setting.line for setting in block.head.settings}
    for index in range(block.start + 1, block.head.end):
        if index in settings or is_comment(lines[index]):
            yield from _trimmed(lines, index)
    yield from _table(lines, block.head.rows)


def _table(lines: Lines, rows: range) -> Iterator[Edit]:
    """
    Yield the edits that align a table's columns; a row keeps the number of its cells.
    """
    cells = {index: raw_cells(lines[index]) for index in rows}
    has_separator = len(rows) > 1 and all(SEPARATOR_CELL.fullmatch(cell) for cell in cells[rows[1]])
    separator = rows[1] if has_separator else None
    columns = max((len(row) for row in cells.values()), default=0)
    widths = [
        max(
            [3 if has_separator else 1]
            + [
                _width(row[column])
                for index, row in cells.items()
                if index != separator and column < len(row)
            ]
        )
        for column in range(columns)
    ]
    for index, row in cells.items():
        if index == separator:
            made = [_dashes(cell, width) for cell, width in zip(row, widths, strict=False)]
        else:
            made = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        laid_out = f"| {' | '.join(made)} |"
        if laid_out != lines[index]:
            yield Edit(lines.span(index), laid_out)


def _around_text(lines: Lines, block: BlockOutline) -> Iterator[Edit]:
    """
    Yield the edits that leave one blank line above the text, and one above the next block.
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
    Yield the edits that end the file with exactly one line end.
    """
    last = len(lines) - 1
    while is_blank(lines[last]):
        last -= 1
    if last == len(lines) - 1:
        position = lines.span(last).end
        yield Edit(Span(position, position), "\n")
        return
    if last + 1 < len(lines) - 1:
        yield Edit(Span(Position(last + 1, 0), Position(len(lines) - 1, 0)), "")
    if lines[-1]:
        yield Edit(lines.span(len(lines) - 1), "")


def _trimmed(lines: Lines, index: int) -> Iterator[Edit]:
    line = lines[index]
    end = len(line.rstrip(BLANKS))
    if end < len(line):
        yield Edit(Span(Position(index, end), Position(index, len(line))), "")


def _inserted(line: int, text: str) -> Edit:
    position = Position(line, 0)
    return Edit(Span(position, position), text)


def _dashes(cell: str, width: int) -> str:
    left, right = cell.startswith(":"), cell.endswith(":") and len(cell) > 1
    return ":" * left + "-" * (width - left - right) + ":" * right


def _width(text: str) -> int:
    """
    Return how many columns a text takes in a monospaced font.
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
    Return the text after edits that do not overlap.

    Args:
        lines: the lines of the text, without their ends.
        edits: the edits, in any order.
    """
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        start = starts[edit.span.start.line] + edit.span.start.column
        end = starts[edit.span.end.line] + edit.span.end.column
        text = text[:start] + edit.text + text[end:]
    return text
