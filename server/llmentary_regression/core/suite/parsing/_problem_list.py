"""
The problems found while a suite is read, in the order of their places, and never more than anyone would read.
"""

from __future__ import annotations

from collections.abc import Iterable

from llmentary_regression.core.model import Edit, Fix, Position, Problem, ProblemCode, Severity, Span

_MOST = 1000


class ProblemList:
    """
    Collects problems, and stops where a file is so broken that more of them only cost time.
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._first_left_out: Span | None = None
        self._is_error_left_out = False

    @property
    def is_full(self) -> bool:
        return len(self._problems) >= _MOST

    def add(self, code: ProblemCode, span: Span, message: str, fix: Fix | None = None) -> None:
        if self.is_full:
            self.leave_out(code, span)
        else:
            self._problems.append(Problem(str(code), code.severity, message, span, fix=fix))

    def leave_out(self, code: ProblemCode, span: Span) -> None:
        """
        Take note of a problem that is not shown; its message need not even be worded.
        """
        self._first_left_out = self._first_left_out or span
        self._is_error_left_out |= code.severity is Severity.ERROR

    def take(self, problems: Iterable[Problem]) -> None:
        """
        Add problems that were found before.
        """
        for problem in problems:
            if self.is_full:
                self._first_left_out = self._first_left_out or problem.span
                return
            self._problems.append(problem)

    def in_order_found(self) -> tuple[Problem, ...]:
        """
        Return the problems in the order in which they were added.
        """
        return tuple(self._problems)

    def sorted(self) -> list[Problem]:
        """
        Return all problems, the topmost first.
        """
        found = list(self._problems)
        if self._first_left_out is not None:
            code = ProblemCode.TOO_MANY_PROBLEMS
            # An error that is not shown still has to fail the run.
            severity = Severity.ERROR if self._is_error_left_out else code.severity
            message = f"more than {_MOST} problems; the rest is not shown until these are mended"
            found.append(Problem(str(code), severity, message, self._first_left_out))
        return sorted(found, key=lambda problem: (_start(problem), problem.code))


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
