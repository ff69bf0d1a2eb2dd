"""
A finished run as every report gets it: what was asked, the results, and what they mean for CI.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from llmentary_regression.core.judging import SampleCounts, count_samples
from llmentary_regression.core.model import CaseResult, Problem, Severity, VerdictKind
from llmentary_regression.services.select import Shard

WORST_FIRST = (
    VerdictKind.ERROR,
    VerdictKind.FAILED,
    VerdictKind.CHANGED,
    VerdictKind.UNSURE,
    VerdictKind.NEW,
    VerdictKind.SKIPPED,
    VerdictKind.PASSED,
)
"""The order in which verdicts are shown: what needs attention most comes first."""


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """
    A problem and its file.
    """

    path: str
    """The suite's path below the root, or where the setting was read."""
    problem: Problem

    @property
    def line(self) -> int | None:
        """
        Return the one-based line, where the problem has a place.
        """
        return None if self.problem.span is None else self.problem.span.start.line + 1


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """
    The results of a run.
    """

    results: tuple[CaseResult, ...]
    problems: tuple[LocatedProblem, ...]
    selected: int
    """How many cases were to be asked; if the run was interrupted, more than there are results."""
    elapsed_s: float
    is_failing: Callable[[CaseResult], bool]
    """Whether a result makes the run fail, strictness considered."""
    is_strict: bool = False
    is_interrupted: bool = False
    left_out_by_only: int = 0
    shard: Shard | None = None
    """Which part of the chosen cases this run asked."""

    @property
    def summary(self) -> Counter[VerdictKind]:
        """
        Return how often each verdict was given.
        """
        return Counter(result.verdict.kind for result in self.results)

    @property
    def sample_counts(self) -> tuple[SampleCounts, ...]:
        """
        Return the counts of each case that was asked more than once.
        """
        counts = (count_samples(result.samples) for result in self.results)
        return tuple(one for one in counts if one is not None)

    @property
    def has_broken_suite(self) -> bool:
        """
        Return whether a problem keeps part of a suite from being asked.
        """
        return any(placed.problem.severity is Severity.ERROR for placed in self.problems)

    @property
    def exit_code(self) -> int:
        """
        Return 130 for an interrupted run, 1 if anything fails, else 0.
        """
        if self.is_interrupted:
            return 130
        return 1 if self.has_broken_suite or any(map(self.is_failing, self.results)) else 0
