"""
What stands in a suite, some lines further down or up.
"""

from __future__ import annotations

from dataclasses import replace

from llmentary_regression.core.model import Case, Expectation, Position, Row, SettingEntry, Span
from llmentary_regression.core.suite.parsing import Header


def move_span(span: Span, by: int) -> Span:
    """
    Return a span moved down by some lines, or up.
    """
    start, end = span.start, span.end
    return Span(Position(start.line + by, start.column), Position(end.line + by, end.column))


def move_entries(entries: tuple[SettingEntry, ...], by: int) -> tuple[SettingEntry, ...]:
    """
    Return settings with their places moved, those that expectations remember included.
    """
    if not by or not entries:
        return entries
    return tuple([_move_entry(entry, by) for entry in entries])


def move_case(case: Case, by: int, overrides: tuple[SettingEntry, ...]) -> Case:
    """
    Return a case moved by some lines, with its settings as they stand then.
    """
    row, span = case.row, move_span(case.span, by)
    if row is not None and row.span is not None:
        row = Row(row.values, move_span(row.span, by))
    is_plain = case.question_span is case.span
    question_span = span if is_plain else move_span(case.question_span, by)
    return Case(case.key, case.name, row, case.turns, overrides, case.tags, span, question_span)


def move_header(header: Header, by: int) -> Header:
    span = header.name_span
    return Header(header.line + by, header.name, None if span is None else move_span(span, by), header.tags)


def _move_entry(entry: SettingEntry, by: int) -> SettingEntry:
    span = move_span(entry.span, by)
    value = replace(entry.value, span=span) if isinstance(entry.value, Expectation) else entry.value
    return SettingEntry(entry.name, value, span)
