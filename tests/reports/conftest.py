"""
Made-up results for reports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from llmentary.core.model import (
    Answer,
    Case,
    CaseResult,
    CaseSettings,
    Position,
    Role,
    Span,
    Turn,
    Verdict,
    VerdictKind,
)
from llmentary.reports.finished_run import FinishedRun, PlacedProblem

MakeResult = Callable[..., CaseResult]
MakeRun = Callable[..., FinishedRun]


@pytest.fixture
def make_result() -> MakeResult:
    """
    Return a maker of results; what is not given is unremarkable.
    """

    def make(
        verdict: str = "changed",
        *,
        question: str = "How long may I return it?",
        answer: str | None = "Within 14 days.",
        name: str | None = "returns",
        line: int = 3,
        reason: str = "number-differs",
        message: str = "a number differs",
        score: float | None = 0.93,
        **more: Any,
    ) -> CaseResult:
        span = Span(Position(line - 1, 0), Position(line - 1, 5))
        case = Case(f"{line:016x}", name, None, (Turn(Role.USER, question),), (), ("policy",), span, span)
        return CaseResult(
            "faq/shop.llmtest",
            case,
            CaseSettings(),
            Verdict(VerdictKind(verdict), reason, score, message, more.pop("evidence", ())),
            None if answer is None else Answer(answer, model=more.pop("model", None)),
            **more,
        )

    return make


@pytest.fixture
def make_run() -> MakeRun:
    """
    Return a maker of finished runs over given results.
    """

    def make(*results: CaseResult, problems: tuple[PlacedProblem, ...] = (), **more: Any) -> FinishedRun:
        return FinishedRun(
            results,
            problems,
            more.pop("selected", len(results)),
            more.pop("elapsed_s", 1.25),
            lambda result: result.verdict.verdict in ("changed", "failed", "error"),
            **more,
        )

    return make
