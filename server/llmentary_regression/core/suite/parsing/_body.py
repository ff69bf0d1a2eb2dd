"""
The text of a block: one question or several turns, each plain or quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmentary_regression.core.model import Edit, Fix, Position, ProblemCode, Role, Span

from ._lines import Lines, is_blank, is_header, part_of_line, quote_length, turn_role
from ._preamble import misspelled_turn
from ._problem_list import ProblemList, inserting, replacing
from ._setting_lines import cut_setting, names_known_setting


@dataclass(frozen=True, slots=True)
class Section:
    """
    The text of one turn, or of a block without turns.
    """

    role: Role | None
    marker: int | None
    """The line of the turn's marker."""
    text: str
    lines: range
    """From the first to the last line that is not blank, including quotes."""
    is_whole: bool = True
    """Whether it is clear where the text begins and ends."""

    @property
    def is_empty(self) -> bool:
        return not self.text.strip(" \t\n")


@dataclass(frozen=True, slots=True)
class Body:
    """
    A block after its head.
    """

    sections: tuple[Section, ...]
    """Text before the first turn marker comes first, if it is not blank."""
    end: int
    """The line of the next block's header, or the number of lines."""


def read_body(lines: Lines, start: int, header: int, problems: ProblemList) -> Body:
    """
    Read from the end of the head to the next block.
    """
    sections: list[Section] = []
    role: Role | None = None
    marker: int | None = None
    index = start
    while True:
        section, index = _read_section(lines, index, role, marker, header, problems)
        if role is not None or section.lines:
            sections.append(section)
        if index == len(lines) or is_header(lines[index]):
            return Body(tuple(sections), index)
        role, marker = turn_role(lines[index]), index
        index += 1


def _read_section(
    lines: Lines, start: int, role: Role | None, marker: int | None, header: int, problems: ProblemList
) -> tuple[Section, int]:
    index = start
    while index < len(lines) and is_blank(lines[index]):
        index += 1
    if index < len(lines) and quote_length(lines[index]):
        return _read_quoted(lines, index, role, marker, problems)
    end = _end_of_text(lines, index)
    inner = _without_edges(lines, range(index, end))
    for line in inner:
        _look_for_mistakes(lines, line, header, problems)
    return Section(role, marker, "\n".join(lines[inner.start : inner.stop]), inner), end


def _end_of_text(lines: Lines, index: int) -> int:
    """
    Return the next line that starts a turn or a block.
    """
    while index < len(lines) and not is_header(lines[index]) and turn_role(lines[index]) is None:
        index += 1
    return index


def _without_edges(lines: Lines, inner: range) -> range:
    start, stop = inner.start, inner.stop
    while start < stop and is_blank(lines[start]):
        start += 1
    while start < stop and is_blank(lines[stop - 1]):
        stop -= 1
    return range(start, stop)


def _look_for_mistakes(lines: Lines, index: int, header: int, problems: ProblemList) -> None:
    line = lines[index]
    if line.startswith("@") and names_known_setting(line):
        setting = cut_setting(line, index)
        below_header = Position(header + 1, 0)
        move = (Edit(Span(below_header, below_header), f"{line}\n"), Edit(lines.full_span(index), ""))
        problems.add(
            ProblemCode.SETTING_IN_TEXT,
            setting.span,
            f"`@{setting.name}` is part of the text here; "
            "as a setting it belongs right below the `===` line, as text into a quoted body",
            Fix("Move it below the `===` line", move),
        )
    elif better := misspelled_turn(line):
        problems.add(
            ProblemCode.ALMOST_A_TURN,
            lines.span(index),
            f"this is text; a turn is opened by `{better}`",
            replacing(f"Write `{better}`", lines.span(index), better),
        )


# --- quoted bodies -------------------------------------------------------------------------------


def _read_quoted(
    lines: Lines, opening: int, role: Role | None, marker: int | None, problems: ProblemList
) -> tuple[Section, int]:
    closing = lines.closing_quote(opening)
    if closing is None:
        end = opening + 1
        while end < len(lines) and not is_header(lines[end]):
            end += 1
        _report_not_closed(lines, opening, end, problems)
        text = "\n".join(lines[opening + 1 : end])
        return Section(role, marker, text, range(opening, end), is_whole=False), end
    end = _end_of_text(lines, closing + 1)
    stray = _without_edges(lines, range(closing + 1, end))
    if stray:
        _report_text_after(lines, opening, closing, stray, problems)
    text = "\n".join(lines[opening + 1 : closing])
    return Section(role, marker, text, range(opening, closing + 1), is_whole=not stray), end


def _report_not_closed(lines: Lines, opening: int, end: int, problems: ProblemList) -> None:
    quotes = '"' * quote_length(lines[opening])
    shown = quotes if len(quotes) <= 10 else f"{len(quotes)} quotes"
    last = _without_edges(lines, range(opening, end)).stop - 1
    fix = inserting("Close the quoted body", last, f"\n{quotes}", column=len(lines[last]))
    until = f"ends at line {end + 1}" if end < len(lines) else "runs to the end of the file"
    problems.add(
        ProblemCode.QUOTE_NOT_CLOSED,
        lines.span(opening),
        f"this quoted body is never closed and {until}; close it by a line of `{shown}`",
        fix,
    )
    if end < len(lines):
        problems.add(
            ProblemCode.QUOTE_NOT_CLOSED,
            lines.span(end),
            f"a block starts here although the quoted body of line {opening + 1} is not closed",
            fix,
        )


def _report_text_after(lines: Lines, opening: int, closing: int, stray: range, problems: ProblemList) -> None:
    fix = None
    length = quote_length(lines[opening])
    if quote_length(lines[stray.stop - 1]) == length:
        # The quotes that closed it were meant as text: longer quotes around everything keep them inside.
        inside = range(opening + 1, stray.stop - 1)
        quotes = '"' * (1 + max(quote_length(lines[index]) for index in inside))
        edits = tuple(Edit(lines.span(index), quotes) for index in (opening, stray.stop - 1))
        fix = Fix("Use longer quotes around all of it", edits)
    problems.add(
        ProblemCode.TEXT_AFTER_QUOTE,
        Span(Position(stray.start, 0), part_of_line(stray.stop - 1, 0, len(lines[stray.stop - 1])).end),
        f"the quoted body ended in line {closing + 1}, and nothing may follow it; "
        "open and close it with more quotes than the text holds",
        fix,
    )
