"""
Turn what the callable returned, or its failure, into results for the cases of one run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.judging import apply_policy, explain_verdict, judge_answer
from llmentary_regression.core.model import (
    Answer,
    CaseResult,
    CaseSettings,
    Evidence,
    Failure,
    FailureKind,
    MatchMode,
    Reason,
    Verdict,
    VerdictKind,
)
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase

from ._approved import ApprovedAnswers
from ._embedding import embed
from ._expectations import ExpectationChecker


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
    Return the verdict on an answer that does not meet these expectations.
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

    It passes where the required share of its samples does; otherwise the result is that of the worst sample.
    """
    if len(samples) == 1:
        return samples[0]
    verdicts = tuple(sample.verdict for sample in samples)
    ranked = sorted(samples, key=lambda sample: _BADNESS[sample.verdict.kind])
    passed = sum(verdict.kind is VerdictKind.PASSED for verdict in verdicts)
    # Rates such as 2/3 are not exact in binary; a billionth of a sample is no sample.
    enough = passed >= ranked[0].settings.pass_rate * len(samples) - 1e-9
    representative = ranked[0] if enough else ranked[-1]
    return replace(
        representative,
        samples=verdicts,
        sample_results=tuple(samples),
        elapsed_s=sum(sample.elapsed_s for sample in samples),
    )


_BADNESS = {
    kind: rank
    for rank, kind in enumerate(
        (
            VerdictKind.PASSED,
            VerdictKind.SKIPPED,
            VerdictKind.NEW,
            VerdictKind.UNSURE,
            VerdictKind.CHANGED,
            VerdictKind.FAILED,
            VerdictKind.ERROR,
        )
    )
}


class Judging:
    """
    Judges the answers of one run.

    A class because what is approved, and the schemas of expectations, are read once a run.

    Raises:
        KeyringError: on creation, if there are baselines but no key that opens them.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._approved = ApprovedAnswers(project)
        self._expectations = ExpectationChecker(project)

    async def judge(self, suite_case: SuiteCase, outcome: Answer | Failure, elapsed_s: float) -> CaseResult:
        """
        Return the result of one asked case.

        Raises:
            LlmentaryError: nothing can be judged; anything unforeseen costs this case only.
        """
        settings = self._project.settings_of(suite_case.case)
        if isinstance(outcome, Failure):
            return failed_result(suite_case, settings, outcome, elapsed_s)
        try:
            return await self._judge(suite_case, settings, outcome, elapsed_s)
        except LlmentaryError:
            raise
        except Exception as exc:  # noqa: BLE001 - a mistake of ours must not cost the other cases of the run
            return failed_result(suite_case, settings, _internal_failure(exc), elapsed_s)

    async def judge_each(
        self, outcomes: Sequence[tuple[SuiteCase, Answer | Failure, float]]
    ) -> Sequence[CaseResult]:
        """
        Return the results of several asked cases, in their order.

        Where the developer's own `judge` or `embed` may be called, the calls run at the same time: such a
        callable may take as long as the answer did.
        """
        if any(self._may_ask(suite_case) for suite_case, _, _ in outcomes):
            return await asyncio.gather(*(self.judge(*one) for one in outcomes))
        return [await self.judge(*one) for one in outcomes]

    def _may_ask(self, suite_case: SuiteCase) -> bool:
        settings = self._project.settings_of(suite_case.case)
        return settings.judge is not None or settings.embed is not None

    async def _judge(
        self, suite_case: SuiteCase, settings: CaseSettings, outcome: Answer, elapsed_s: float
    ) -> CaseResult:
        text = outcome.text
        if settings.mask:
            hidden = await self._project.regexes.mask(outcome.text, settings.mask)
            if isinstance(hidden, Failure):
                return failed_result(suite_case, settings, hidden, elapsed_s)
            text = hidden
        masked = text if text != outcome.text else None
        if settings.expect:
            unmet = await self._expectations.unmet(suite_case, settings, outcome)
            if isinstance(unmet, Failure):
                return failed_result(suite_case, settings, unmet, elapsed_s)
            if unmet:
                return CaseResult(
                    suite_case.suite.name,
                    suite_case.case,
                    settings,
                    unmet_verdict(unmet),
                    outcome,
                    elapsed_s=elapsed_s,
                    masked=masked,
                )
        baseline = self._approved.find(suite_case.suite.name, suite_case.case.key)
        if isinstance(baseline, Failure):
            return failed_result(suite_case, settings, baseline, elapsed_s)
        embedding: tuple[float, ...] | None = None
        verdict = self._verdict(suite_case, settings, outcome, text, baseline)
        if settings.match.mode is MatchMode.SEMANTIC and _needs_embedding(verdict):
            # Only now: an unchanged answer is recognized by its digests, and an embedding may cost money.
            embedded = await embed(self._project, settings, text)
            if isinstance(embedded, Failure):
                return failed_result(suite_case, settings, embedded, elapsed_s)
            embedding = embedded
            verdict = self._verdict(suite_case, settings, outcome, text, baseline, embedding)
        verdict = apply_policy(verdict, settings)
        return CaseResult(
            suite_case.suite.name,
            suite_case.case,
            settings,
            verdict,
            outcome,
            elapsed_s=elapsed_s,
            masked=masked,
            approved_model=_approved_model(baseline, verdict),
            approved_at=baseline.examples[-1].approved
            if baseline is not None and baseline.examples
            else None,
            embedding=embedding,
        )

    def _verdict(
        self,
        suite_case: SuiteCase,
        settings: CaseSettings,
        answer: Answer,
        text: str,
        baseline: Baseline | None,
        embedding: tuple[float, ...] | None = None,
    ) -> Verdict:
        """
        Return the verdict against the nearest example of the baseline.
        """
        return judge_answer(
            text,
            baseline,
            root=self._approved.root_of(baseline),
            settings=settings,
            question=suite_case.case.question,
            data=answer.data,
            has_data=answer.has_data,
            embedding=embedding,
        )


def _approved_model(baseline: Baseline | None, verdict: Verdict) -> str | None:
    if baseline is None or verdict.example is None:
        return None
    index = verdict.example
    return baseline.examples[index].model if index < len(baseline.examples) else None


def _internal_failure(exc: Exception) -> Failure:
    """
    Return where something unforeseen happened, without the error's own text: it may quote the answer.
    """
    trace = exc.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f" in `{trace.tb_frame.f_code.co_name}`, line {trace.tb_lineno}"
    return Failure(
        FailureKind.INTERNAL,
        f"llmentary could not judge this answer ({type(exc).__name__}{where}); please report it",
    )


def _needs_embedding(verdict: Verdict) -> bool:
    """
    Return whether an embedding is needed, to judge an answer or to approve it.
    """
    if verdict.kind is VerdictKind.PASSED:
        return False
    return verdict.kind is not VerdictKind.ERROR or verdict.reason is Reason.EMBEDDING_MISSING
