"""
What stands before the first block: settings and comments, then questions of one line each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmentary_regression.core.model import Edit, Fix, Position, ProblemCode, Role, Span

from ._lines import BLANKS, Lines, is_blank, is_comment, is_header, is_row, is_setting, quote_length
from ._problem_list import ProblemList, replacing, shorten
from ._setting_lines import SettingLine, cut_setting, names_known_setting


@dataclass(frozen=True, slots=True)
class Preamble:
    """
    The part of a suite before its first block.
    """

    settings: tuple[SettingLine, ...]
    questions: tuple[int, ...]
    """The lines that are a question each."""
    end: int
    """The first block's header, or the number of lines."""


_MAY_BE_SPECIAL = frozenset('@#=-|" \t')
"""What a line may start with that is no question, or looks like none."""


def read_preamble(lines: Lines, problems: ProblemList) -> Preamble:
    settings: list[SettingLine] = []
    questions: list[int] = []
    end = len(lines)
    for at, line in enumerate(lines):
        if not line:
            continue
        if line[0] not in _MAY_BE_SPECIAL:
            questions.append(at)
        elif is_header(line):
            end = at
            break
        elif is_blank(line) or is_comment(line):
            continue
        elif is_setting(line):
            setting = cut_setting(line, at)
            if questions:
                _report_late(setting, lines, questions[0], problems)
            else:
                settings.append(setting)
        else:
            questions.append(at)
            _report_slip(lines, at, problems)
    return Preamble(tuple(settings), tuple(questions), end)


def _report_late(setting: SettingLine, lines: Lines, first_question: int, problems: ProblemList) -> None:
    top = Position(first_question, 0)
    move = (
        Edit(Span(top, top), f"{lines[setting.line]}\n"),
        Edit(lines.full_span(setting.line), ""),
    )
    problems.add(
        ProblemCode.SETTING_AFTER_QUESTION,
        setting.span,
        f"`@{shorten(setting.name)}` stands after the first question and has no effect; "
        f"move it above line {first_question + 1}, or into a `===` block",
        Fix("Move it above the first question", move),
    )


@dataclass(frozen=True, slots=True)
class _Slip:
    what: str
    better: str


def _report_slip(lines: Lines, at: int, problems: ProblemList) -> None:
    slip = _slip_of(lines[at])
    if slip is None:
        return
    problems.add(
        ProblemCode.LOOKS_LIKE_A_SLIP,
        lines.span(at),
        f"this line is asked as a question, but looks like {slip.what}",
        replacing(f"Write `{shorten(slip.better)}`", lines.span(at), slip.better),
    )


_ROLE_SLIP = re.compile(rf"-{{2,}}[ \t]*({'|'.join(str(role) for role in Role)})[ \t]*:?", re.IGNORECASE)


def _slip_of(line: str) -> _Slip | None:
    """
    Return what the line was probably meant to be, if not a question.
    """
    inner = line.lstrip(BLANKS)
    if inner != line:
        if is_header(inner) or is_comment(inner) or names_known_setting(inner):
            return _Slip("something else, moved in from the line's start", inner)
        return None
    if line.startswith("=="):
        return _Slip(
            "a block's header; that is `===`, a space and the name", f"=== {line.strip('= ')}".rstrip()
        )
    if marker := turn_slip(line):
        return _Slip("a turn; turns belong into a `===` block", f"===\n{marker}")
    if line.startswith("#"):
        return _Slip("a comment; that is `#` and a space", f"# {line.lstrip('#').strip(BLANKS)}".rstrip())
    if line.startswith("@") and names_known_setting(f"@{line[1:].lstrip(BLANKS)}"):
        return _Slip("a setting; there the name follows the `@` at once", f"@{line[1:].lstrip(BLANKS)}")
    if is_row(line):
        return _Slip("a table row; a table belongs under `@params` in a `===` block", f"# {line}")
    if quote_length(line):
        return _Slip("a quoted body; that belongs into a `===` block", f"===\n{line}")
    if not line.strip("- \t"):
        return _Slip("a dividing line; make it a comment", f"# {line}")
    return None


def turn_slip(line: str) -> str | None:
    """
    Return the turn marker that a line was probably meant to be.
    """
    found = _ROLE_SLIP.fullmatch(line.rstrip(BLANKS)) if line.startswith("--") else None
    return f"--- {found[1].lower()}" if found else None
