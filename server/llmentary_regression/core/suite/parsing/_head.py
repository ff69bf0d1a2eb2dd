"""
The head of a block: its header line, settings and comments, up to a blank line or the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmentary_regression.core.model import Edit, Fix, ProblemCode, Span

from ._lines import (
    Lines,
    is_blank,
    is_comment,
    is_header,
    is_row,
    is_setting,
    part_of_line,
    quote_length,
    turn_role,
)
from ._problem_list import ProblemList, inserting, replacing, shorten
from ._setting_lines import SettingLine, cut_setting


@dataclass(frozen=True, slots=True)
class Header:
    """
    A block's `=== name #tag` line.
    """

    line: int
    name: str | None
    name_span: Span | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """
    A block up to its text.
    """

    header: Header
    settings: tuple[SettingLine, ...]
    rows: range
    """The lines of the table below the last `@params`."""
    end: int
    """The first line after the head."""


_MAX_JOINED = 20
"""A longer row of words is not a name that lost its hyphens."""
_TOKEN = re.compile(r"[^ \t]+")


def read_header(line: str, index: int, problems: ProblemList) -> Header:
    tags: list[str] = []
    names: list[re.Match[str]] = []
    for token in _TOKEN.finditer(line, 3):
        if not token[0].startswith("#"):
            names.append(token)
        elif tag := token[0].lstrip("#"):
            tags.append(tag)
        else:
            span = part_of_line(index, token.start(), token.end())
            message = "a tag needs a word after its `#`"
            problems.add(ProblemCode.EMPTY_TAG, span, message, replacing("Remove it", span, ""))
    if not names:
        return Header(index, None, None, tuple(dict.fromkeys(tags)))
    if len(names) > 1:
        _report_many_names(names, index, problems)
    name = names[0][0]
    span = part_of_line(index, names[0].start(), names[0].end())
    if "::" in name:
        better = re.sub(":{2,}", "-", name).strip("-") or "case"
        message = (
            f"a name cannot contain `::`, which selects cases on the command line; write `{shorten(better)}`"
        )
        fix = replacing(f"Write `{shorten(better)}`", span, better)
        problems.add(ProblemCode.COLONS_IN_NAME, span, message, fix)
        name = better
    return Header(index, name, span, tuple(dict.fromkeys(tags)))


def _report_many_names(names: list[re.Match[str]], index: int, problems: ProblemList) -> None:
    joined = "-".join(token[0] for token in names)
    shown = shorten(joined)
    edits = [Edit(part_of_line(index, names[0].start(), names[0].end()), joined)]
    edits += [Edit(part_of_line(index, token.start(), token.end()), "") for token in names[1:]]
    problems.add(
        ProblemCode.HEADER_WITH_MANY_NAMES,
        part_of_line(index, names[0].start(), names[-1].end()),
        f"a name is one word; write `{shown}`, and tags with `#`",
        Fix(f"Write `{shown}`", tuple(edits)) if len(names) <= _MAX_JOINED else None,
    )


def read_head(lines: Lines, start: int, problems: ProblemList) -> Head:
    """
    Read the head of the block whose header is line `start`.
    """
    header = read_header(lines[start], start, problems)
    settings: list[SettingLine] = []
    rows = range(0)
    index = start + 1
    while index < len(lines):
        line = lines[index]
        if is_comment(line):
            index += 1
        elif is_setting(line):
            setting = cut_setting(line, index)
            settings.append(setting)
            index += 1
            if setting.name == "params" and not setting.value:
                rows = range(index, _end_of_rows(lines, index))
                index = rows.stop
            elif setting.name == "params":
                rows = range(0)
        elif is_row(line):
            end = _end_of_rows(lines, index)
            _report_stray_rows(lines, range(index, end), settings, problems)
            index = end
        else:
            if not (is_blank(line) or is_header(line) or turn_role(line) or quote_length(line)):
                _report_missing_blank(lines, index, problems)
            break
    return Head(header, tuple(settings), rows, index)


def _end_of_rows(lines: Lines, index: int) -> int:
    while index < len(lines) and is_row(lines[index]):
        index += 1
    return index


def _report_stray_rows(lines: Lines, rows: range, settings: list[SettingLine], problems: ProblemList) -> None:
    span = Span(lines.span(rows.start).start, lines.span(rows.stop - 1).end)
    if any(setting.name == "params" for setting in settings):
        message = "these table rows do not follow `@params` and are left out; move them right below it"
        problems.add(ProblemCode.ROW_WITHOUT_PARAMS, span, message)
        return
    message = "a table needs `@params` in the line above; for text, leave a blank line above it"
    fix = inserting("Insert `@params`", rows.start, "@params\n")
    problems.add(ProblemCode.ROW_WITHOUT_PARAMS, span, message, fix)


def _report_missing_blank(lines: Lines, index: int, problems: ProblemList) -> None:
    problems.add(
        ProblemCode.HEAD_WITHOUT_BLANK_LINE,
        lines.span(index),
        "the text starts here; a blank line above it keeps it apart from the settings",
        inserting("Insert a blank line", index, "\n"),
    )
