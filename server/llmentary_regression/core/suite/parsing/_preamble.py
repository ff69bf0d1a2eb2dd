"""
What comes before the first block: settings and comments, then questions of one line each.
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
    """The lines of the questions."""
    end: int
    """The line of the first block's header, or the number of lines."""


_MAY_BE_SPECIAL = frozenset('@#=-|" \t')
"""The first characters of lines that are not questions, or look like something else."""


def read_preamble(lines: Lines, problems: ProblemList) -> Preamble:
    settings: list[SettingLine] = []
    questions: list[int] = []
    end = len(lines)
    for index, line in enumerate(lines):
        if not line:
            continue
        if line[0] not in _MAY_BE_SPECIAL:
            questions.append(index)
        elif is_header(line):
            end = index
            break
        elif is_blank(line) or is_comment(line):
            continue
        elif is_setting(line):
            setting = cut_setting(line, index)
            if questions:
                _report_late(setting, lines, questions[0], problems)
            else:
                settings.append(setting)
        else:
            questions.append(index)
            _report_mistake(lines, index, problems)
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
class _Mistake:
    what: str
    better: str


def _report_mistake(lines: Lines, index: int, problems: ProblemList) -> None:
    mistake = _mistake_of(lines[index])
    if mistake is None:
        return
    problems.add(
        ProblemCode.LOOKS_LIKE_A_MISTAKE,
        lines.span(index),
        f"this line is asked as a question, but looks like {mistake.what}",
        replacing(f"Write `{shorten(mistake.better)}`", lines.span(index), mistake.better),
    )


_ROLE_MISTAKE = re.compile(rf"-{{2,}}[ \t]*({'|'.join(str(role) for role in Role)})[ \t]*:?", re.IGNORECASE)


def _mistake_of(line: str) -> _Mistake | None:
    """
    Return what the line was probably meant to be, if it was not meant to be a question.
    """
    inner = line.lstrip(BLANKS)
    if inner != line:
        if is_header(inner) or is_comment(inner) or names_known_setting(inner):
            return _Mistake("something else, moved in from the line's start", inner)
        return None
    if line.startswith("=="):
        return _Mistake(
            "a block's header; that is `===`, a space and the name", f"=== {line.strip('= ')}".rstrip()
        )
    if marker := misspelled_turn(line):
        return _Mistake("a turn; turns belong into a `===` block", f"===\n{marker}")
    if line.startswith("#"):
        return _Mistake("a comment; that is `#` and a space", f"# {line.lstrip('#').strip(BLANKS)}".rstrip())
    if line.startswith("@") and names_known_setting(f"@{line[1:].lstrip(BLANKS)}"):
        return _Mistake("a setting; there the name follows the `@` at once", f"@{line[1:].lstrip(BLANKS)}")
    if is_row(line):
        return _Mistake("a table row; a table belongs under `@params` in a `===` block", f"# {line}")
    if quote_length(line):
        return _Mistake("a quoted body; that belongs into a `===` block", f"===\n{line}")
    if not line.strip("- \t"):
        return _Mistake("a dividing line; make it a comment", f"# {line}")
    return None


def misspelled_turn(line: str) -> str | None:
    """
    Return the turn marker that a line was probably meant to be.
    """
    found = _ROLE_MISTAKE.fullmatch(line.rstrip(BLANKS)) if line.startswith("--") else None
    return f"--- {found[1].lower()}" if found else None
