"""
Write into a suite: add a case as a new block, or put settings into the head of a block.

Everything else stays as it is, line ends included.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Case, JsonValue, ProblemCode, Role, Turn
from llmentary_regression.core.settings import SETTINGS
from llmentary_regression.core.suite.parsing import (
    BLANKS,
    Lines,
    is_blank,
    is_header,
    misspelled_turn,
    names_known_setting,
    parse_suite,
    quote_length,
    turn_role,
)

_MAX_NAME_LENGTH = 40
_LINE_ENDS = re.compile(r"\r\n?")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class NewCase:
    """
    A case to be written into a suite.
    """

    name: str
    """One word; `free_name` makes one from a question."""
    turns: tuple[Turn, ...]
    tags: tuple[str, ...] = ()
    callable: str | None = None
    """If None, suite and project decide."""
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    model: str | None = None
    skip: str | None = None
    """Why it is not asked, if it is not."""


def add_case(text: str, case: NewCase) -> str:
    """
    Return what to append to a suite's `text` to add the case.

    It is read back before: the new suite asks exactly the turns of the case.

    Raises:
        UsageError: the format cannot represent the case.
    """
    newline = _newline_of(text)
    others = _open_quotes(text)
    gap = "" if not text.strip("\ufeff \t\r\n") else newline if _ends_line(text) else newline * 2
    block = gap + _block(case, others).replace("\n", newline)
    before, _ = parse_suite(text, read_params=_read_nothing)
    after, _ = parse_suite(text + block, read_params=_read_nothing)
    written = [written_case for written_case in after.cases if written_case.name == case.name]
    if len(after.cases) != len(before.cases) + 1 or [written_case.turns for written_case in written] != [
        case.turns
    ]:
        raise UsageError(_why_not(case))
    return block


def plain_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """
    Return the turns in the form that a suite can represent: lines end at `\\n`, and lone surrogates are replaced.
    """
    return tuple(Turn(turn.role, _plain(turn.text)) for turn in turns if turn.text.strip())


def free_name(question: str, taken: Collection[str]) -> str:
    """
    Return a name for a question that is not in `taken`: its first words, joined by hyphens.
    """
    kept = "".join(
        character if unicodedata.category(character)[0] in "LNM" else " "
        for character in question[:200].casefold().replace("'", "").replace("’", "")
    )
    name = ""
    for word in kept.split():
        if name and len(name) + 1 + len(word) > _MAX_NAME_LENGTH:
            break
        name = f"{name}-{word}" if name else word[:_MAX_NAME_LENGTH]
    name = name or "case"
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def plain_tag(tag: str) -> str:
    """
    Return a tag as one word; empty if nothing of it is left.
    """
    return _SPACE.sub("-", tag.strip().lstrip("#").strip())


# --- the block -----------------------------------------------------------------------------------


def _block(case: NewCase, open_quotes: Collection[int]) -> str:
    lines = [" ".join(["===", case.name, *(f"#{tag}" for tag in map(plain_tag, case.tags) if tag)])]
    if case.callable is not None:
        lines.append(f"@callable {_one_line(case.callable)}")
    if case.model is not None:
        lines.append(f"@model {_one_line(case.model)}")
    lines += [f"@arg {name} {json.dumps(value, ensure_ascii=False)}" for name, value in case.args.items()]
    if case.skip is not None:
        lines.append(f"@skip {_one_line(case.skip)}".rstrip())
    if len(case.turns) == 1 and case.turns[0].role is Role.USER:
        lines += ["", _body(case.turns[0].text, open_quotes)]
    else:
        for turn in case.turns:
            lines += [f"--- {turn.role}", _body(turn.text, open_quotes)]
    return "\n".join(lines) + "\n"


def _body(text: str, open_quotes: Collection[int]) -> str:
    lines = Lines(text)
    if not _reads_as_syntax(lines):
        return text
    taken = {quote_length(line) for line in lines} | set(open_quotes)
    length = 3
    while length in taken:
        length += 1
    quotes = '"' * length
    return f"{quotes}\n{text}\n{quotes}"


def _reads_as_syntax(lines: Lines) -> bool:
    """
    Return whether the text would be read as something else, be trimmed, or cause a warning.
    """
    if is_blank(lines[0]) or is_blank(lines[-1]) or quote_length(lines[0]) or lines[0].startswith("\ufeff"):
        return True
    return any(
        is_header(line)
        or turn_role(line) is not None
        or bool(misspelled_turn(line))
        or (line.startswith("@") and names_known_setting(line))
        for line in lines
    )


# --- the suite around it -------------------------------------------------------------------------


def _newline_of(text: str) -> str:
    found = re.search(r"\r\n|\r|\n", text)
    return found[0] if found else "\n"


def _ends_line(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def _open_quotes(text: str) -> set[int]:
    """
    Return the lengths of quotes that are left open in the suite: the new ones must not close them.
    """
    _, problems = parse_suite(text, read_params=_read_nothing)
    if not any(problem.code == ProblemCode.QUOTE_NOT_CLOSED.value for problem in problems):
        return set()
    return {quote_length(line) for line in Lines(text)} - {0}


def _read_nothing(_name: str) -> str:
    raise OSError("not needed here")


def _plain(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text).strip(BLANKS)


def _why_not(case: NewCase) -> str:
    if any("\0" in turn.text for turn in case.turns):
        return "the question contains a zero byte, which a suite cannot; it was not saved"
    if not case.turns or not case.turns[-1].text.strip():
        return "the question is empty; it was not saved"
    return "the suite could not be read with the question in it; fix its problems first"


_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")


def can_hold_settings(text: str, case: Case) -> bool:
    """
    Return whether the case is in a `===` block: a plain question cannot have settings.
    """
    lines = _lines(text)
    line = case.span.start.line
    return line < len(lines) and is_header(lines[line][0].removeprefix("\ufeff"))


def set_settings(text: str, case: Case, settings: Sequence[tuple[str, str]]) -> str:
    """
    Return the suite's text with these settings in the head of the case's block.

    A setting that is there already gets the new value; others are added right below the header.

    Args:
        settings: name and value of each, as a suite writes them.
    """
    lines = _lines(text)
    header = case.span.start.line
    end = next((end for _, end in lines if end), "\n")
    own = {entry.name: entry.span.start.line for entry in case.overrides if entry.span.start.line > header}
    added: list[tuple[str, str]] = []
    for name, value in settings:
        line = f"@{name} {value}"
        if name in own and not SETTINGS[name].adds_up:
            lines[own[name]] = (line, lines[own[name]][1])
        else:
            added.append((line, end))
    if added and not lines[header][1]:
        lines[header] = (lines[header][0], end)
    lines[header + 1 : header + 1] = added
    return "".join(content + line_end for content, line_end in lines)


def _lines(text: str) -> list[tuple[str, str]]:
    """
    Return each line with its end; the last line may have none.
    """
    return [(found[1], found[2]) for found in _LINE.finditer(text) if found[0] or found.start() < len(text)]
