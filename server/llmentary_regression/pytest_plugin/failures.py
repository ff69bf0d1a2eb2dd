"""
What a failed answer looks like: the reason everywhere, words of answers only on the terminal.

pytest passes a failure's text to every plugin that writes files (`--junitxml`, logs, HTML). So the plain text
quotes no answer, and only printing it on a terminal shows more.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from llmentary_regression.core.judging import RedactedDiff
from llmentary_regression.core.model import CaseResult, VerdictKind
from llmentary_regression.core.safe_text import mask_secrets, one_line, printable
from llmentary_regression.reports.document import message_of

_COMPARED = frozenset({VerdictKind.CHANGED, VerdictKind.UNSURE})


class Failure(TerminalRepr):
    """
    The text of a failure: one version for files, and one for the terminal.
    """

    def __init__(self, path: str, line: int, message: str, safe: list[str], shown: list[str]) -> None:
        self.reprcrash = ReprFileLocation(path, line, message)
        self._safe = safe
        self._shown = shown

    def toterminal(self, tw: TerminalWriter) -> None:
        # Code that wants the text for a file has it written into a string.
        lines = self._safe if isinstance(tw._file, io.StringIO) else self._shown
        for line in lines:
            red, green = line.startswith("- "), line.startswith("+ ")
            tw.line(line, red=red, green=green)
        where = f"{os.path.relpath(self.reprcrash.path)}:{self.reprcrash.lineno}"
        tw.line(f"{where}: {self.reprcrash.message}")

    def llmentary_data(self) -> dict[str, Any]:
        """
        Return the failure as plain values, to be sent by a worker of pytest-xdist.
        """
        crash = self.reprcrash
        return {
            "path": crash.path,
            "line": crash.lineno,
            "message": crash.message,
            "safe": self._safe,
            "shown": self._shown,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Failure:
        """
        Return the failure that a worker sent.
        """
        return cls(**data)


@dataclass(frozen=True)
class Described:
    """
    A failure whose line in the test is not known yet.
    """

    location: tuple[str, int]
    """The file, and the one-based line; 0 stands for the line of the test that checked."""
    message: str
    safe: list[str] = field(repr=False)
    shown: list[str] = field(repr=False)


class AnswerFailed(AssertionError):
    """
    An answer is not what was approved. Its own text quotes no answer, as it may end up in any log.
    """

    def __init__(self, described: Described) -> None:
        super().__init__(described.message)
        self.described = described


def failure_of(excinfo: pytest.ExceptionInfo[BaseException], item: pytest.Item) -> Failure:
    """
    Return what pytest reports for an `AnswerFailed`: at its case, or at the line of the test that checked.
    """
    assert isinstance(excinfo.value, AnswerFailed)
    described = excinfo.value.described
    path, line = described.location
    for entry in excinfo.traceback:
        if str(entry.path) == path and line == 0:
            line = entry.lineno + 1
    if line == 0:
        line = (item.reportinfo()[1] or 0) + 1
    return Failure(path, line, described.message, described.safe, described.shown)


def describe_failure(
    result: CaseResult,
    *,
    location: tuple[str, int],
    title: str,
    diff_of: Callable[[CaseResult], RedactedDiff | None],
    answers: str,
    approve_command: str,
) -> Described:
    """
    Return what is reported for a result that fails.

    Args:
        location: the file and the one-based line; 0 stands for the line of the test that checked.
        title: the name of the case.
        diff_of: returns the difference to the approved answer, where the stored fingerprint can show one.
        answers: `terminal`, `never` or `everywhere`: where words of answers are shown.
        approve_command: the command that approves the answer.
    """
    kind = result.verdict.kind
    safe = f"{kind}: {_line(message_of(result, answers=False))}"
    before = [f"question: {one_line(mask_secrets(result.case.question), 300)}"]
    now, then = result.model, result.approved_model
    after = [f"approved with {then}, now {now}"] if now and then and now != then else []
    if result.failure is None and kind is not VerdictKind.FAILED:
        after.append(f"if the answer is right: {approve_command}")
    if result.failure is not None:
        frames = result.failure.frames
        before += [f"{frame.path}:{frame.line} in {one_line(frame.function)}" for frame in frames]
    safe_lines = [*before, safe, *after]
    shown_lines = [*before, f"{kind}: {_line(result.verdict.message)}", *_answer(result, diff_of), *after]
    if answers == "never":
        shown_lines = safe_lines
    elif answers == "everywhere":
        safe_lines = shown_lines
    return Described(location, f"{one_line(title, 200)}: {safe}", safe_lines, shown_lines)


def approved_label(kind: VerdictKind) -> str:
    """
    Return how the summary lists an answer that this session approved.
    """
    return f"approved ({kind})"


def _answer(result: CaseResult, diff_of: Callable[[CaseResult], RedactedDiff | None]) -> Iterator[str]:
    if result.failure is not None:
        output = result.failure.output.rstrip()
        if output:
            yield "it printed:"
            yield from (f"    {line}" for line in printable(mask_secrets(output)).split("\n"))
        return
    if result.answer is None:
        return
    diff = diff_of(result) if result.verdict.kind in _COMPARED else None
    if diff is None:
        yield from _marked("> ", result.answer.text)
        return
    yield from _marked("- ", diff.left)
    yield from _marked("+ ", diff.right)


def _marked(mark: str, text: str) -> Iterator[str]:
    lines = printable(mask_secrets(text)).strip("\n").split("\n")
    yield from (f"{mark}{line}" for line in lines[:40])
    if len(lines) > 40:
        yield f"... and {len(lines) - 40} more lines"


def _line(text: str) -> str:
    return printable(mask_secrets(text))
