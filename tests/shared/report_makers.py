"""
The types of what the tests of reports are given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from llmentary_regression.core.judging import RedactedDiff
from llmentary_regression.core.model import CaseResult, Evidence, Failure, JsonValue, Verdict
from llmentary_regression.reports.document import Document
from llmentary_regression.reports.finished_run import FinishedRun, LocatedProblem
from llmentary_regression.services.select import Shard


class MakeResult(Protocol):
    """
    Makes a result; what is not given is unremarkable.
    """

    def __call__(
        self,
        verdict: str = ...,
        *,
        question: str = ...,
        answer: str | None = ...,
        name: str | None = ...,
        line: int = ...,
        reason: str = ...,
        message: str = ...,
        score: float | None = ...,
        evidence: tuple[Evidence, ...] = ...,
        model: str | None = ...,
        failure: Failure | None = ...,
        elapsed_s: float = ...,
        samples: tuple[Verdict, ...] = ...,
        approved_model: str | None = ...,
        approved_at: str | None = ...,
    ) -> CaseResult: ...


class MakeRun(Protocol):
    """
    Makes a finished run over given results.
    """

    def __call__(
        self,
        *results: CaseResult,
        problems: tuple[LocatedProblem, ...] = ...,
        selected: int = ...,
        elapsed_s: float = ...,
        is_strict: bool = ...,
        is_interrupted: bool = ...,
        left_out_by_only: int = ...,
        shard: Shard | None = ...,
    ) -> FinishedRun: ...


class MakeDocument(Protocol):
    """
    Makes a document with every verdict, odd texts, a failure, a diff, samples and a problem.
    """

    def __call__(
        self,
        *,
        answers: bool = ...,
        diff_of: Callable[[CaseResult], RedactedDiff | None] = ...,
        folder: str = ...,
        show_path: Callable[[str], str] = ...,
        trend_of: Callable[[CaseResult], Sequence[Mapping[str, JsonValue]]] = ...,
        runs: Sequence[Mapping[str, JsonValue]] = ...,
        drift: Mapping[str, JsonValue] | None = ...,
    ) -> Document: ...
