"""
The limits of a run: how many questions a minute, and how much money.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from llmentary_regression.core.model import Answer, CaseSettings, Failure, FailureKind
from llmentary_regression.execution.requests import Ask, Asked, Rate
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase

Spending: TypeAlias = "defaultdict[str | None, float]"
"""What answers have cost so far, by suite; None is for all of them."""


@dataclass(frozen=True, slots=True)
class RunLimits:
    """
    What the command line allows a run, whatever the settings say, and which runs share a budget.
    """

    rate_per_minute: float | None = None
    max_cost: float | None = None
    parts: int = 1
    """How many independent processes ask at the same time; each gets an equal part."""
    spent: Spending | None = None
    """What runs with a common budget have spent so far; None for a run with its own budget."""


NO_LIMITS = RunLimits()


def rate_of(suite_case: SuiteCase, settings: CaseSettings, limits: RunLimits) -> Rate | None:
    """
    Return how fast a case may be asked: by the command line, else its suite's `@rate`, else the project's.

    Cases under one and the same rate share it: those of the suite that sets it, or all others together.
    """
    per_minute = limits.rate_per_minute or settings.rate_per_minute
    if per_minute is None:
        return None
    is_own = limits.rate_per_minute is None and _sets(suite_case, "rate")
    return Rate(suite_case.suite.name if is_own else "", per_minute / limits.parts)


class CostBudget:
    """
    Adds up what answers cost, and refuses to ask more once a limit is passed.

    The project's `max-cost`, or that of the command line, holds for the run; a suite's for its own cases.
    What is in flight when a limit is passed is still awaited, since it is paid for anyway.
    """

    def __init__(
        self,
        run_limit: float | None,
        suites: Sequence[str],
        limits: Mapping[str, float],
        *,
        spent: Spending | None = None,
        parts: int = 1,
    ) -> None:
        self._suites = suites
        self._parts = parts
        self._limits: dict[str | None, float] = dict(limits.items())
        if run_limit is not None:
            self._limits[None] = run_limit
        self._spent: Spending = defaultdict(float) if spent is None else spent

    def note(self, asked: Asked) -> None:
        """
        Add the cost of an answer, to the run and to its suite.
        """
        if isinstance(asked.outcome, Answer) and asked.outcome.cost is not None:
            self._spent[None] += asked.outcome.cost
            self._spent[self._suites[asked.number]] += asked.outcome.cost

    def refuse(self, ask: Ask) -> Failure | None:
        """
        Return why a case is not asked, if a limit was passed.
        """
        for place in (None, self._suites[ask.number]):
            limit = self._limits.get(place)
            if limit is not None and self._spent[place] > limit / self._parts:
                whose = "the answers so far" if place is None else f"the answers of `{place}` so far"
                part = "" if self._parts == 1 else f"this process's part (1 of {self._parts}) of "
                cost = f"{self._spent[place]:.6g}, more than {part}`max-cost` {limit:g}"
                return Failure(
                    FailureKind.MAX_COST, f"not asked: {whose} cost {cost}; raise it, or ask fewer cases"
                )
        return None


def budget_of(project: Project, asked: Sequence[SuiteCase], limits: RunLimits) -> CostBudget | None:
    """
    Return the budget of a run; None where nothing limits it.

    Args:
        project: whose settings hold.
        asked: the case of each ask, by the ask's number.
        limits: of the command line.
    """
    run_limit = project.settings.defaults.max_cost if limits.max_cost is None else limits.max_cost
    own: dict[str, float] = {}
    if limits.max_cost is None:
        for suite_case in asked:
            if not suite_case.case.overrides or suite_case.suite.name in own:
                continue
            cost = project.settings_of(suite_case.case).max_cost
            if cost is not None and _sets(suite_case, "max-cost"):
                own[suite_case.suite.name] = cost
    if run_limit is None and not own:
        return None
    names = [one.suite.name for one in asked]
    return CostBudget(run_limit, names, own, spent=limits.spent, parts=limits.parts)


def _sets(suite_case: SuiteCase, name: str) -> bool:
    return any(entry.name == name for entry in suite_case.case.overrides)
