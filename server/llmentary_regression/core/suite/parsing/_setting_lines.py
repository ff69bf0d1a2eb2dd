"""
`@word value` lines: cut into their parts, checked against the table of settings, and read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from llmentary_regression.core.model import Edit, Expectation, Fix, Position, ProblemCode, SettingEntry, Span
from llmentary_regression.core.settings import SETTINGS, SUITE_SETTINGS, InvalidValue, Scope, closest

from ._lines import BLANKS, Lines, part_of_line
from ._problem_list import ProblemList, replacing, shorten


@dataclass(frozen=True, slots=True)
class SettingLine:
    """
    A setting as it is written in the suite, before its value is read.
    """

    name: str
    value: str
    line: int
    start_of_value: int
    end: int
    """The column after the last character that is not blank."""

    @property
    def span(self) -> Span:
        return part_of_line(self.line, 0, self.end)

    @property
    def name_span(self) -> Span:
        return part_of_line(self.line, 0, 1 + len(self.name))

    @property
    def value_span(self) -> Span:
        return part_of_line(self.line, self.start_of_value, self.end)


_SETTING = re.compile(r"@([^ \t]+)[ \t]*")


def cut_setting(line: str, index: int) -> SettingLine:
    """
    Return the parts of a line for which `is_setting` holds.
    """
    found = _SETTING.match(line)
    assert found is not None, "only lines that are settings are cut"
    end = len(line.rstrip(BLANKS))
    start = min(found.end(), end)
    return SettingLine(found[1], line[start:end], index, start, end)


def names_known_setting(line: str) -> bool:
    """
    Return whether the line would be a known setting if it were in a head.
    """
    found = _SETTING.match(line)
    return found is not None and found[1] in SUITE_SETTINGS


def known_settings(
    settings: Iterable[SettingLine], scope: Scope, lines: Lines, problems: ProblemList
) -> list[SettingLine]:
    """
    Return the settings that are allowed in `scope`; report the others, and those that are set again later.
    """
    known: list[SettingLine] = []
    last: dict[str, SettingLine] = {}
    for setting in settings:
        if not _may_stand(setting, scope, problems):
            continue
        known.append(setting)
        if SETTINGS[setting.name].adds_up:
            continue
        if setting.name in last:
            _report_repeat(last[setting.name], setting, lines, problems)
        last[setting.name] = setting
    return known


def read_entry(
    setting: SettingLine, problems: ProblemList, read: Callable[[str], object] | None = None
) -> SettingEntry | None:
    """
    Return the setting with its typed value, or report why the value is invalid and return None.

    Args:
        read: used instead of the table's reader, to fill in a row's values.
    """
    try:
        value = (read or SETTINGS[setting.name].read)(setting.value)
    except InvalidValue as exc:
        _report_value(setting, exc, problems)
        return None
    if isinstance(value, Expectation):
        value = replace(value, span=setting.span)
    return SettingEntry(setting.name, value, setting.span)


def tags_of(entries: Sequence[SettingEntry]) -> tuple[str, ...]:
    """
    Return the tags of all `@tags` lines among the entries.
    """
    return tuple(tag for entry in entries if entry.name == "tags" for tag in _as_tags(entry.value))


def _as_tags(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


# --- what can be wrong ---------------------------------------------------------------------------


def _may_stand(setting: SettingLine, scope: Scope, problems: ProblemList) -> bool:
    spec = SETTINGS.get(setting.name)
    if spec is None:
        _report_unknown(setting, problems)
        return False
    if scope in spec.scopes:
        return True
    elsewhere = {
        Scope.BLOCK: "in the head of a `===` block",
        Scope.SUITE: "before the suite's first question",
        Scope.PROJECT: "in `[tool.llmentary]` of `pyproject.toml`",
    }
    where = next(elsewhere[other] for other in elsewhere if other in spec.scopes)
    problems.add(
        ProblemCode.SETTING_NOT_HERE, setting.span, f"`@{setting.name}` has no effect here; set it {where}"
    )
    return False


_JOINED = re.compile(r"([a-z-]+)[:=](.*)")


def _report_unknown(setting: SettingLine, problems: ProblemList) -> None:
    if problems.is_full:
        problems.leave_out(ProblemCode.UNKNOWN_SETTING, setting.name_span)
        return
    joined = _JOINED.fullmatch(setting.name)
    better: str | None
    if joined and joined[1] in SUITE_SETTINGS:
        better = f"{joined[1]} {joined[2]}".rstrip()
    else:
        better = closest(setting.name, SUITE_SETTINGS)
    shown = shorten(setting.name)
    if better is None:
        advice = "remove it, or put a question that starts with `@` into a `===` block, after a blank line"
        problems.add(ProblemCode.UNKNOWN_SETTING, setting.name_span, f"`@{shown}` is no setting; {advice}")
        return
    problems.add(
        ProblemCode.UNKNOWN_SETTING,
        setting.name_span,
        f"`@{shown}` is no setting; did you mean `@{shorten(better)}`?",
        replacing(f"Write `@{shorten(better)}`", setting.name_span, f"@{better}"),
    )


def _report_repeat(earlier: SettingLine, later: SettingLine, lines: Lines, problems: ProblemList) -> None:
    problems.add(
        ProblemCode.SETTING_REPEATED,
        earlier.span,
        f"`@{earlier.name}` is set again in line {later.line + 1}, and the last one wins; remove this one",
        replacing(f"Remove this `@{earlier.name}`", lines.full_span(earlier.line), ""),
    )


def _report_value(setting: SettingLine, invalid: InvalidValue, problems: ProblemList) -> None:
    fix = None
    message = f"`@{setting.name}` {invalid}"
    if invalid.better is not None:
        better = f"@{setting.name} {invalid.better}".rstrip()
        after_name = Position(setting.line, 1 + len(setting.name))
        rest = Span(after_name, Position(setting.line, setting.end))
        fix = Fix(f"Write `{shorten(better)}`", (Edit(rest, f" {invalid.better}".rstrip()),))
        message += f"; did you mean `{shorten(better)}`?"
    span = setting.value_span if setting.value else setting.span
    problems.add(ProblemCode.BAD_VALUE, span, message, fix)
