"""
Where things are in a suite, for an editor: a block's head, table and text, and each use of a parameter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from llmentary_regression.core.model import Span
from llmentary_regression.core.suite.incremental import Reading
from llmentary_regression.core.suite.parsing import (
    Head,
    ProblemList,
    SettingLine,
    cell_columns,
    params_in,
    part_of_line,
    read_head,
)


@dataclass(frozen=True, slots=True)
class BlockOutline:
    """
    The lines of one `===` block.
    """

    start: int
    end: int
    """The line of the next block's header, or the number of lines."""
    head: Head
    names: tuple[str, ...]
    """Its parameters."""
    last: int
    """The last line that is not blank."""

    @property
    def text(self) -> range:
        """
        Return the lines below the head.
        """
        return range(self.head.end, self.end)


def block_at(reading: Reading, line: int) -> BlockOutline | None:
    """
    Return the block that contains a line, or None above the first block.
    """
    number = bisect_right(reading.starts, line) - 1
    return None if number < 0 else _outline(reading, number)


def blocks(reading: Reading) -> Iterator[BlockOutline]:
    """
    Yield all blocks.
    """
    for number in range(len(reading.starts)):
        yield _outline(reading, number)


def head_settings(reading: Reading, line: int) -> tuple[SettingLine, ...]:
    """
    Return the settings that belong to a line's block, or those of the suite above the first block.
    """
    block = block_at(reading, line)
    return reading.opening.preamble.settings if block is None else block.head.settings


def setting_at(reading: Reading, line: int) -> SettingLine | None:
    """
    Return the setting in a line, or None.
    """
    return next((setting for setting in head_settings(reading, line) if setting.line == line), None)


def param_uses(reading: Reading, block: BlockOutline) -> Iterator[tuple[str, Span]]:
    """
    Yield name and span, without braces, of each `{{name}}` in a block that a row fills in.
    """
    settings = [setting for setting in block.head.settings if setting.name in ("expect", "arg")]
    for line in sorted({*block.text, *(setting.line for setting in settings)}) if block.names else ():
        for start, end, name in params_in(reading.lines[line], block.names):
            yield name, part_of_line(line, start, end)


def param_headings(reading: Reading, block: BlockOutline) -> dict[str, Span]:
    """
    Return the span at which the table declares each parameter; empty for rows from a file.
    """
    rows = block.head.rows
    if not rows or not block.names:
        return {}
    columns = cell_columns(reading.lines[rows.start])
    return {
        name: part_of_line(rows.start, start, end)
        for name, (start, end) in zip(block.names, columns, strict=False)
    }


def _outline(reading: Reading, number: int) -> BlockOutline:
    lines, start = reading.lines, reading.starts[number]
    end = reading.starts[number + 1] if number + 1 < len(reading.starts) else len(lines)
    params = reading.records[number].block.params
    last = end - 1
    while last > start and not lines[last].strip(" \t"):
        last -= 1
    head = read_head(lines, start, ProblemList())
    return BlockOutline(start, end, head, params.names if params is not None else (), last)
