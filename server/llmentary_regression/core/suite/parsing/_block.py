"""
One `===` block, read by itself, without knowledge of the rest of the suite.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmentary_regression.core.model import Position, ProblemCode, Role, SettingEntry, Span, Turn
from llmentary_regression.core.settings import Scope

from ._body import Body, Section, read_body
from ._head import Head, Header, read_head
from ._lines import Lines, part_of_line
from ._params import Params, ReadParams, read_file, read_table
from ._problem_list import ProblemList, inserting, replacing, shorten
from ._setting_lines import SettingLine, known_settings, read_entry
from ._substitution import almost_params, waits_for_row


@dataclass(frozen=True, slots=True)
class Block:
    """
    A block, as far as it can be read by itself.
    """

    header: Header
    settings: tuple[SettingLine, ...]
    """The settings that are allowed in a block, without `@params`."""
    entries: tuple[SettingEntry, ...]
    """The same settings with their values, without those that need a row's values first."""
    params: Params | None
    """None where the block has no `@params`."""
    turns: tuple[Turn, ...] | None
    """What is asked, before a row is filled in; None if that is not clear."""
    question_span: Span
    end: int
    """The line of the next block's header, or the number of lines."""


def read_block(lines: Lines, start: int, read_params: ReadParams | None, problems: ProblemList) -> Block:
    """
    Read the block whose header is line `start`.
    """
    head = read_head(lines, start, problems)
    body = read_body(lines, head.end, start, problems)
    settings = known_settings(head.settings, Scope.BLOCK, lines, problems)
    params = _read_params(lines, head, settings, read_params, problems)
    if params is not None:
        _look_for_near_params(lines, body, params, problems)
    settings = [setting for setting in settings if setting.name != "params"]
    names = params.names if params is not None else ()
    entries = [read_entry(setting, problems) for setting in settings if not waits_for_row(setting, names)]
    return Block(
        header=head.header,
        settings=tuple(settings),
        entries=tuple(entry for entry in entries if entry is not None),
        params=params,
        turns=_read_turns(lines, start, body, problems),
        question_span=_question_span(lines, start, body),
        end=body.end,
    )


# --- rows ----------------------------------------------------------------------------------------


def _read_params(
    lines: Lines,
    head: Head,
    settings: list[SettingLine],
    read_params: ReadParams | None,
    problems: ProblemList,
) -> Params | None:
    setting = next((setting for setting in reversed(settings) if setting.name == "params"), None)
    if setting is None:
        return None
    if setting.value:
        return read_file(setting.value, setting.span, read_params, problems)
    return read_table(lines, head.rows, setting.span, problems)


def _look_for_near_params(lines: Lines, body: Body, params: Params, problems: ProblemList) -> None:
    names = frozenset(params.names)
    for section in body.sections:
        for index in section.lines:
            if problems.is_full:
                return
            for start, end, meant in almost_params(lines[index], names):
                span = part_of_line(index, start, end)
                better = f"{{{{{meant}}}}}"
                problems.add(
                    ProblemCode.ALMOST_A_PARAM,
                    span,
                    f"this stays as it is, since no column has that name; did you mean `{shorten(better)}`?",
                    replacing(f"Write `{shorten(better)}`", span, better),
                )


# --- turns ---------------------------------------------------------------------------------------


def _read_turns(lines: Lines, header: int, body: Body, problems: ProblemList) -> tuple[Turn, ...] | None:
    sections = body.sections
    if all(section.is_empty for section in sections):
        message = "this block asks nothing; write a question below it, after a blank line"
        problems.add(ProblemCode.NO_QUESTION, lines.span(header), message)
        return None
    checks = (
        all(section.is_whole for section in sections),
        _opens_with_turn(lines, sections, problems),
        _ends_with_question(lines, sections[-1], problems),
    )
    _report_empty_turns(lines, sections[:-1], problems)
    if not all(checks):
        return None
    return tuple(Turn(section.role or Role.USER, section.text) for section in sections)


def _opens_with_turn(lines: Lines, sections: tuple[Section, ...], problems: ProblemList) -> bool:
    first = sections[0]
    if len(sections) == 1 or first.role is not None:
        return True
    problems.add(
        ProblemCode.TEXT_BEFORE_TURN,
        _span_of(lines, first.lines),
        "this text stands before the first turn and belongs to none; open a turn above it",
        inserting("Open a `--- system` turn", first.lines.start, "--- system\n"),
    )
    return False


def _ends_with_question(lines: Lines, last: Section, problems: ProblemList) -> bool:
    if last.marker is None:
        return True
    if last.role not in (Role.USER, Role.TOOL):
        message = f"the last turn is `{last.role}`, so nothing is asked; end with a `user` or `tool` turn"
        problems.add(ProblemCode.LAST_TURN_IS_NO_QUESTION, lines.span(last.marker), message)
        return False
    if last.is_empty:
        message = "the last turn is empty, so nothing is asked; write its text below it"
        problems.add(ProblemCode.NO_QUESTION, lines.span(last.marker), message)
        return False
    return True


def _report_empty_turns(lines: Lines, sections: tuple[Section, ...], problems: ProblemList) -> None:
    for section in sections:
        if section.marker is not None and section.is_empty:
            message = f"this `{section.role}` turn is empty; write its text below it, or remove it"
            problems.add(ProblemCode.EMPTY_TURN, lines.span(section.marker), message)


def _question_span(lines: Lines, header: int, body: Body) -> Span:
    """
    Return everything from the first to the last line of the text, including turn markers and quotes.
    """
    if not body.sections:
        return lines.span(header)
    first, last = body.sections[0], body.sections[-1]
    start = first.marker if first.marker is not None else first.lines.start
    stop = last.lines.stop if last.lines or last.marker is None else last.marker + 1
    return _span_of(lines, range(start, stop))


def _span_of(lines: Lines, inner: range) -> Span:
    return Span(Position(inner.start, 0), lines.span(inner.stop - 1).end)
