"""
Ask cases and judge their answers, streaming results as they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from llmentary_regression.core.model import (
    CaseResult,
    CaseSettings,
    Failure,
    FailureKind,
    Reason,
    Unsure,
    Verdict,
    VerdictKind,
)
from llmentary_regression.execution.requests import Ask
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase

from ._judging import Judging, combine_samples, failed_result
from ._limits import NO_LIMITS, RunLimits, budget_of, rate_of

if TYPE_CHECKING:
    from llmentary_regression.execution.requests import Rate

_NO_CALLABLE = (
    "no callable is set; write `@callable module:function` in the suite or "
    '`callable = "module:function"` in the settings'
)


async def run_cases(
    project: Project, cases: Sequence[SuiteCase], limits: RunLimits = NO_LIMITS
) -> AsyncGenerator[list[CaseResult], None]:
    """
    Ask `cases` and yield their results, in batches, in the order in which they are ready.

    Closing the iterator, or cancelling its consumer, stops the work.

    Args:
        project: whose settings, baselines and workers are used.
        cases: what to ask.
        limits: of the command line, over those of the settings.

    Raises:
        KeyringError: there are baselines, but no key that opens them; nothing was asked.
        InterpreterError: no Python can run the callable; nothing was asked.
    """
    judging = Judging(project)
    decided: list[CaseResult] = []
    asked: list[SuiteCase] = []
    asks: list[Ask] = []
    open_samples: dict[str, list[CaseResult]] = {}
    for suite_case in cases:
        settings = project.settings_of(suite_case.case)
        result = result_without_asking(suite_case, settings)
        if result is not None:
            decided.append(result)
            continue
        rate = rate_of(suite_case, settings, limits)
        for _ in range(settings.samples):
            asks.append(make_ask(len(asks), suite_case, settings, rate))
            asked.append(suite_case)
    if decided:
        yield decided
    if not asks:
        return
    async with aclosing(project.pool.ask(asks, budget=budget_of(project, asked, limits))) as batches:
        async for batch in batches:
            results: list[CaseResult] = []
            outcomes = [(asked[one.number], one.outcome, one.elapsed_s) for one in batch]
            for result in await judging.judge_each(outcomes):
                if result.settings.samples == 1:
                    results.append(result)
                    continue
                place = f"{result.suite}\0{result.case.key}"
                samples = open_samples.setdefault(place, [])
                samples.append(result)
                if len(samples) == result.settings.samples:
                    results.append(combine_samples(open_samples.pop(place)))
            if results:
                yield results


def is_failing(result: CaseResult, *, strict: bool) -> bool:
    """
    Return whether a result makes the run fail.
    """
    kind = result.verdict.kind
    if kind is VerdictKind.UNSURE:
        return strict or result.settings.unsure is Unsure.FAIL
    if kind is VerdictKind.NEW:
        return strict
    return kind in (VerdictKind.CHANGED, VerdictKind.FAILED, VerdictKind.ERROR)


def summarize(results: Iterable[CaseResult]) -> dict[VerdictKind, int]:
    """
    Return how many results have each verdict; every verdict is listed, possibly with 0.
    """
    counts = Counter(result.verdict.kind for result in results)
    return {kind: counts[kind] for kind in VerdictKind}


def result_without_asking(suite_case: SuiteCase, settings: CaseSettings) -> CaseResult | None:
    """
    Return the result of a case that is skipped or has no callable; None for one that is to be asked.
    """
    if settings.skip is not None:
        verdict = Verdict(VerdictKind.SKIPPED, Reason.SKIPPED, message=settings.skip or "skipped by `@skip`")
        return CaseResult(suite_case.suite.name, suite_case.case, settings, verdict)
    if settings.callable is None:
        return failed_result(suite_case, settings, Failure(FailureKind.NO_CALLABLE, _NO_CALLABLE))
    return None


def make_ask(number: int, suite_case: SuiteCase, settings: CaseSettings, rate: Rate | None = None) -> Ask:
    """
    Return the request for a case.
    """
    case = suite_case.case
    assert settings.callable is not None
    return Ask(
        number=number,
        target=settings.callable,
        turns=case.turns,
        model=settings.model,
        params=dict(case.row.values) if case.row is not None else {},
        tags=settings.tags or case.tags,
        args=settings.arg,
        env=settings.env,
        timeout_s=settings.timeout_s,
        retries=settings.retries,
        rate=rate,
    )
