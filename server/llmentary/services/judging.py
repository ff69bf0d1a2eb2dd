"""
Turn what the callable gave back into results, for the cases of one run.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from llmentary.core.baseline import Baseline, Variant
from llmentary.core.errors import BaselineFileError, LlmentaryError
from llmentary.core.expect import check_expectations, why_unmet
from llmentary.core.explain import explain_verdict
from llmentary.core.json_schema import check_schema
from llmentary.core.judge import judge_answer, nearest
from llmentary.core.model import (
    Answer,
    CaseResult,
    CaseSettings,
    Evidence,
    ExpectKind,
    Failure,
    FailureKind,
    MatchMode,
    Regex,
    Reworded,
    Verdict,
    VerdictKind,
)
from llmentary.services.embedding import embed
from llmentary.services.project import Project
from llmentary.services.selection import SuiteCase

if TYPE_CHECKING:
    from llmentary.core.seal import Root
    from llmentary.storage.keyring import Keyring


class Judging:
    """
    Judges the answers of one run.

    A class because baselines and keys are read once a run and then looked up: a query per case would be
    quadratic in the size of a suite.

    Raises:
        KeyringError: on creation, if there are baselines but no key that opens them.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._keyring: Keyring | None = project.keyring()
        self._baselines: dict[str, Mapping[str, Baseline] | Failure] = {}
        self._schemas: dict[tuple[str, str], object] = {}

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
        except Exception as exc:  # noqa: BLE001 - a slip of ours must not cost the other cases of the run
            return failed_result(suite_case, settings, _slip(exc), elapsed_s)

    async def judge_each(
        self, outcomes: Sequence[tuple[SuiteCase, Answer | Failure, float]]
    ) -> Sequence[CaseResult]:
        """
        Return the results of several asked cases, in their order.

        Where the developer's own `judge` or `embed` may be asked, they wait side by side: such a callable
        may take as long as the answer did.
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
        masked: str | None = None
        if settings.mask:
            hidden = await self._project.regexes.mask(outcome.text, settings.mask)
            if isinstance(hidden, Failure):
                return failed_result(suite_case, settings, hidden, elapsed_s)
            masked = hidden if hidden != outcome.text else None
        if settings.expect:
            unmet = await self._unmet(suite_case, settings, outcome)
            if isinstance(unmet, Failure):
                return failed_result(suite_case, settings, unmet, elapsed_s)
            if unmet:
                return CaseResult(
                    suite_case.suite.name,
                    suite_case.case,
                    settings,
                    _unmet_verdict(unmet),
                    outcome,
                    elapsed_s=elapsed_s,
                    masked=masked,
                )
        baseline = self._find_baseline(suite_case.suite.name, suite_case.case.key)
        if isinstance(baseline, Failure):
            return failed_result(suite_case, settings, baseline, elapsed_s)
        embedding: tuple[float, ...] | None = None
        verdict = self._judge_each(suite_case, settings, outcome, masked, baseline)
        if settings.match.mode is MatchMode.SEMANTIC and _needs_embedding(verdict):
            # Not before: an unchanged answer is told by its digests, and an embedding may cost money.
            embedded = await embed(self._project, settings, outcome.text if masked is None else masked)
            if isinstance(embedded, Failure):
                return failed_result(suite_case, settings, embedded, elapsed_s)
            embedding = embedded
            verdict = self._judge_each(suite_case, settings, outcome, masked, baseline, embedding)
        if verdict.verdict is VerdictKind.REWORDED and settings.reworded is Reworded.PASS:
            verdict = replace(verdict, verdict=VerdictKind.PASSED)
        approved_model = None
        approved_at = baseline.variants[-1].approved if baseline is not None and baseline.variants else None
        if baseline is not None and verdict.variant is not None:
            found = baseline.find_variant(verdict.variant)
            approved_model = None if found is None else found[1].model
        return CaseResult(
            suite_case.suite.name,
            suite_case.case,
            settings,
            verdict,
            outcome,
            elapsed_s=elapsed_s,
            masked=masked,
            approved_model=approved_model,
            approved_at=approved_at,
            embedding=embedding,
        )

    def variant_of(self, result: CaseResult) -> tuple[Baseline, Variant, Root] | None:
        """
        Return the variant that a result was held against, with its baseline and root, if all are there.
        """
        baseline = self._find_baseline(result.suite, result.case.key)
        if baseline is None or isinstance(baseline, Failure) or result.verdict.variant is None:
            return None
        found = baseline.find_variant(result.verdict.variant)
        root = None if found is None else self._root_of(found[0])
        return None if found is None or root is None else (*found, root)

    def _judge_each(
        self,
        suite_case: SuiteCase,
        settings: CaseSettings,
        answer: Answer,
        masked: str | None,
        baseline: Baseline | None,
        embedding: tuple[float, ...] | None = None,
    ) -> Verdict:
        """
        Return the verdict against the nearest variant of the baseline and its alternates.
        """
        verdicts: list[Verdict] = []
        place = 0
        for one in baseline.every if baseline is not None else (None,):
            verdict = judge_answer(
                answer.text if masked is None else masked,
                one,
                root=self._root_of(one),
                settings=settings,
                question=suite_case.case.question,
                data=answer.data,
                has_data=answer.has_data,
                embedding=embedding,
            )
            if verdict.variant is not None and place:
                verdict = replace(verdict, variant=verdict.variant + place)
            verdicts.append(verdict)
            place += len(one.variants) if one is not None else 0
        return verdicts[0] if len(verdicts) == 1 else nearest(verdicts)

    def _root_of(self, baseline: Baseline | None) -> Root | None:
        if baseline is None or self._keyring is None:
            return None
        return self._keyring.roots.get(baseline.root)

    def _find_baseline(self, suite: str, key: str) -> Baseline | Failure | None:
        baselines = self._baselines.get(suite)
        if baselines is None:
            # A suite outside the project is asked but has no baselines: there is no place to keep them.
            baselines = {} if PurePath(suite).is_absolute() else self._read_baselines(suite)
            self._baselines[suite] = baselines
        if isinstance(baselines, Failure):
            return baselines
        try:
            return baselines.get(key)
        except BaselineFileError as exc:  # documents are decoded as they are looked up
            return Failure(FailureKind.BASELINE, str(exc))

    def _read_baselines(self, suite: str) -> Mapping[str, Baseline] | Failure:
        try:
            return self._project.store.read(suite)
        except BaselineFileError as exc:
            return Failure(FailureKind.BASELINE, str(exc))

    async def _unmet(
        self, suite_case: SuiteCase, settings: CaseSettings, answer: Answer
    ) -> Sequence[Evidence] | Failure:
        """
        Return the expectations that do not hold, or why that cannot be told.
        """
        matches: Mapping[Regex, bool] = {}
        regexes = [one.regex for one in settings.expect if one.regex is not None]
        if regexes:
            searched = await self._project.regexes.search(answer.text, regexes)
            if isinstance(searched, Failure):
                return searched
            matches = searched
        schemas: dict[str, object] = {}
        claims: dict[str, bool] = {}
        for one in settings.expect:
            if one.kind is ExpectKind.JSON_SCHEMA:
                schema = self._schema(suite_case, one.texts[0])
                if isinstance(schema, Failure):
                    return schema
                schemas[one.texts[0]] = schema
            elif one.kind is ExpectKind.SATISFIES:
                held = await self._holds(suite_case, settings, answer, one.texts[0])
                if isinstance(held, Failure):
                    return held
                claims[one.texts[0]] = held
        unmet = check_expectations(
            settings.expect, answer, regex_matches=matches, schemas=schemas, claims=claims
        )
        return [Evidence("expectation", str(one), why_unmet(one, answer, schemas)) for one in unmet]

    def _schema(self, suite_case: SuiteCase, name: str) -> object:
        """
        Return a JSON schema named by a suite, or a failure.
        """
        place = (suite_case.suite.name, name)
        if place not in self._schemas:
            try:
                schema = json.loads(self._project.read_inside(suite_case.suite.path, name))
                check_schema(schema)
                self._schemas[place] = schema
            except (OSError, ValueError) as exc:  # a SchemaError is a ValueError
                self._schemas[place] = Failure(
                    FailureKind.JUDGE, f"cannot use the JSON schema `{name}`: {exc}; mend the file"
                )
        return self._schemas[place]

    async def _holds(
        self, suite_case: SuiteCase, settings: CaseSettings, answer: Answer, claim: str
    ) -> bool | Failure:
        """
        Ask the developer's judge callable whether the answer satisfies a claim.
        """
        if settings.judge is None:
            return Failure(
                FailureKind.JUDGE,
                "`@expect satisfies` needs a judge; set `@judge module:function` to a callable that takes "
                "question, answer and claim",
            )
        said = await self._project.pool.call(
            settings.judge, [suite_case.case.question, answer.text, claim], timeout_s=settings.timeout_s
        )
        if isinstance(said, Failure):
            return replace(said, kind=FailureKind.JUDGE)
        if isinstance(said, bool):
            return said
        if isinstance(said, (int, float)) and 0 <= said <= 1:
            return said >= 0.5
        return Failure(
            FailureKind.JUDGE,
            f"`{settings.judge}` returned {type(said).__name__}; "
            "a judge returns a bool or a number from 0 to 1",
        )


def _slip(exc: Exception) -> Failure:
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


def failed_result(
    suite_case: SuiteCase, settings: CaseSettings, failure: Failure, elapsed_s: float = 0.0
) -> CaseResult:
    """
    Return the result of a case that could not be answered or judged.
    """
    verdict = Verdict(VerdictKind.ERROR, str(failure.kind), message=failure.message)
    return CaseResult(
        suite_case.suite.name, suite_case.case, settings, verdict, failure=failure, elapsed_s=elapsed_s
    )


def _needs_embedding(verdict: Verdict) -> bool:
    """
    Tell whether an embedding is needed, to judge an answer or to approve it.
    """
    if verdict.verdict is VerdictKind.PASSED:
        return False
    return verdict.verdict is not VerdictKind.ERROR or verdict.reason == "embedding-missing"


def combine_samples(samples: Sequence[CaseResult]) -> CaseResult:
    """
    Return one result for a case that was asked several times.

    It passes where the wished-for share of its samples does; otherwise the worst sample speaks for all.
    """
    if len(samples) == 1:
        return samples[0]
    verdicts = tuple(sample.verdict for sample in samples)
    ranked = sorted(samples, key=lambda sample: _BADNESS[sample.verdict.verdict])
    passed = sum(verdict.verdict is VerdictKind.PASSED for verdict in verdicts)
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


def _unmet_verdict(unmet: Sequence[Evidence]) -> Verdict:
    return Verdict(
        VerdictKind.FAILED,
        "expectation-failed",
        message=explain_verdict("expectation-failed", unmet),
        evidence=tuple(unmet),
    )
