"""
The problems found while a suite is read, sorted by position, and limited to what anyone would read.
"""

from __future__ import annotations

from collections.abc import Iterable

from llmentary_regression.core.model import Edit, Fix, Position, Problem, ProblemCode, Severity, Span

_MAX_PROBLEMS = 1000


class ProblemList:
    """
    Collects problems, and stops when a file is so broken that more of them would only cost time.
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._first_left_out: Span | None = None
        self._is_error_left_out = False

    @property
    def is_full(self) -> bool:
        return len(self._problems) >= _MAX_PROBLEMS

    def add(self, code: ProblemCode, span: Span, message: str, fix: Fix | None = None) -> None:
        if self.is_full:
            self.leave_out(code, span)
        else:
            self._problems.append(Problem(str(code), code.severity, message, span, fix=fix))

    def leave_out(self, code: ProblemCode, span: Span) -> None:
        """
        Note a problem that will not be shown, so that its message does not have to be built.
        """
        self._first_left_out = self._first_left_out or span
        self._is_error_left_out |= code.severity is Severity.ERROR

    def take(self, problems: Iterable[Problem]) -> None:
        """
        Add problems that were found earlier.
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
        Return all problems, sorted by position.
        """
        found = list(self._problems)
        if self._first_left_out is not None:
            code = ProblemCode.TOO_MANY_PROBLEMS
            # An error that is not shown still has to fail the run.
            severity = Severity.ERROR if self._is_error_left_out else code.severity
            message = f"more than {_MAX_PROBLEMS} problems; the rest is not shown until these are fixed"
            found.append(Problem(str(code), severity, message, self._first_left_out))
        return sorted(found, key=lambda problem: (_start(problem), problem.code))


def _start(problem: Problem) -> Position:
    return problem.span.start if problem.span else Position(0, 0)


def replacing(title: str, span: Span, text: str) -> Fix:
    """
    Return a fix that replaces `span` by `text`.
    """
    return Fix(title, (Edit(span, text),))


def inserting(title: str, line: int, text: str, column: int = 0) -> Fix:
    """
    Return a fix that inserts `text` before the given column of a line.
    """
    position = Position(line, column)
    return replacing(title, Span(position, position), text)


def shorten(text: str) -> str:
    """
    Return the text for a message to quote: one line of limited length.
    """
    first = text.partition("\n")[0]
    return first if first == text and len(text) <= 60 else f"{first[:60]}…"
