"""
Results of cases that failed, of answers that keep no `@expect`, and of cases asked several times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from llmentary_regression.core.judging import explain_verdict
from llmentary_regression.core.model import (
    CaseResult,
    CaseSettings,
    Evidence,
    Failure,
    Reason,
    Verdict,
    VerdictKind,
)
from llmentary_regression.services.select import SuiteCase


def failed_result(
    suite_case: SuiteCase, settings: CaseSettings, failure: Failure, elapsed_s: float = 0.0
) -> CaseResult:
    """
    Return the result of a case that could not be answered or judged.
    """
    verdict = Verdict(VerdictKind.ERROR, failure.kind, message=failure.message)
    return CaseResult(
        suite_case.suite.name, suite_case.case, settings, verdict, failure=failure, elapsed_s=elapsed_s
    )


def unmet_verdict(unmet: Sequence[Evidence]) -> Verdict:
    """
    Return the verdict on an answer that does not keep these expectations.
    """
    return Verdict(
        VerdictKind.FAILED,
        Reason.EXPECTATION_FAILED,
        message=explain_verdict(Reason.EXPECTATION_FAILED, unmet),
        evidence=tuple(unmet),
    )


def combine_samples(samples: Sequence[CaseResult]) -> CaseResult:
    """
    Return one result for a case that was asked several times.

    It passes where the wished-for share of its samples does; otherwise the worst sample speaks for all.
    """
    if len(samples) == 1:
        return samples[0]
    verdicts = tuple(sample.verdict for sample in samples)
    ranked = sorted(samples, key=lambda sample: _BADNESS[sample.verdict.kind])
    passed = sum(verdict.kind is VerdictKind.PASSED for verdict in verdicts)
    # Rates such as 2/3 are not exact in binary; a billionth of a sample is no sample.
    enough = passed >= ranked[0].settings.pass_rate * len(samples) - 1e-9
    spokesman = ranked[0] if enough else ranked[-1]
    return replace(spokesman, samples=verdicts, elapsed_s=sum(sample.elapsed_s for sample in samples))


_BADNESS = {
    kind: rank
    for rank, kind in enumerate(
        (
            VerdictKind.PASSED,
            VerdictKind.SKIPPED,
            VerdictKind.NEW,
            VerdictKind.REWORDED,
            VerdictKind.CHANGED,
            VerdictKind.FAILED,
            VerdictKind.ERROR,
        )
    )
}
