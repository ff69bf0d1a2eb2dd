"""
The way back: from a case to the block that asks it, behind what a suite holds already.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import JsonValue, ProblemCode, Role, Turn
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

_LONGEST_NAME = 40
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
    """None leaves it to the suite and the project."""
    args: Mapping[str, JsonValue] = field(default_factory=dict)
    model: str | None = None
    skip: str | None = None
    """Why it is not to be asked."""


def add_case(text: str, case: NewCase) -> str:
    """
    Return what to write behind a suite's `text` so that the case stands there; `text` stays as it is.

    Read back, the whole asks exactly the turns of the case.

    Raises:
        UsageError: the format cannot hold the case.
    """
    newline = _newline_of(text)
    others = _open_quotes(text)
    gap = "" if not text.strip("\ufeff \t\r\n") else newline if _ends_line(text) else newline * 2
    block = gap + _block(case, others).replace("\n", newline)
    before, _ = parse_suite(text, read_params=_read_nothing)
    after, _ = parse_suite(text + block, read_params=_read_nothing)
    written = [one for one in after.cases if one.name == case.name]
    if len(after.cases) != len(before.cases) + 1 or [one.turns for one in written] != [case.turns]:
        raise UsageError(_why_not(case))
    return block


def plain_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """
    Return the turns as a suite can hold them: lines end at `\\n`, and what cannot be encoded is replaced.
    """
    return tuple(Turn(turn.role, _plain(turn.text)) for turn in turns if turn.text.strip())


def free_name(question: str, taken: Collection[str]) -> str:
    """
    Return a name for a question that none of the `taken` has: its first words, joined by hyphens.
    """
    kept = "".join(
        sign if unicodedata.category(sign)[0] in "LNM" else " "
        for sign in question[:200].casefold().replace("'", "").replace("’", "")
    )
    name = ""
    for word in kept.split():
        if name and len(name) + 1 + len(word) > _LONGEST_NAME:
            break
        name = f"{name}-{word}" if name else word[:_LONGEST_NAME]
    name = name or "case"
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def plain_tag(tag: str) -> str:
    """
    Return a tag as one word; empty where nothing of it is left.
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
    Tell whether the text would be read as something else, be trimmed, or draw a warning.
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
    Return the lengths of quotes that a careless author left open: ours must not close them.
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
        return "the question holds a zero byte, which a suite cannot; it was not kept"
    if not case.turns or not case.turns[-1].text.strip():
        return "the question is empty; it was not kept"
    return "the suite could not be read with the question in it; mend its problems first"
