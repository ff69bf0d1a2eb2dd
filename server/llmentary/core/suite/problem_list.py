"""
The problems found while a suite is read, in the order of their places, and never more than anyone would read.
"""

from __future__ import annotations

from llmentary.core.model import Edit, Fix, Position, Problem, Span
from llmentary.core.problem_codes import ProblemCode

_MOST = 1000


class ProblemList:
    """
    Collects problems, and stops where a file is so broken that more of them only cost time.
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._first_left_out: Span | None = None

    @property
    def is_full(self) -> bool:
        return len(self._problems) >= _MOST

    def add(self, code: ProblemCode, span: Span, message: str, fix: Fix | None = None) -> None:
        if self.is_full:
            self._first_left_out = self._first_left_out or span
            return
        self._problems.append(Problem(str(code), code.severity, message, span, fix=fix))

    def sorted(self) -> list[Problem]:
        """
        Return all problems, the topmost first.
        """
        found = sorted(self._problems, key=lambda problem: (_start(problem), problem.code))
        if self._first_left_out is not None:
            code = ProblemCode.TOO_MANY_PROBLEMS
            message = f"more than {_MOST} problems; the rest is not shown until these are mended"
            found.append(Problem(str(code), code.severity, message, self._first_left_out))
        return found


def _start(problem: Problem) -> Position:
    return problem.span.start if problem.span else Position(0, 0)


def replacing(title: str, span: Span, text: str) -> Fix:
    """
    Return a fix that puts `text` in the place of `span`.
    """
    return Fix(title, (Edit(span, text),))


def inserting(title: str, line: int, text: str, column: int = 0) -> Fix:
    """
    Return a fix that puts `text` before the given column of a line.
    """
    place = Position(line, column)
    return replacing(title, Span(place, place), text)


def shorten(text: str) -> str:
    """
    Return the text as a message can quote it: one line of bounded length.
    """
    first = text.partition("\n")[0]
    return first if first == text and len(text) <= 60 else f"{first[:60]}…"
