"""
Made-up results for reports.
"""

from __future__ import annotations

from typing import Any

import pytest

from llmentary_regression.core.judging import RedactedDiff
from llmentary_regression.core.judging._diff import Segment
from llmentary_regression.core.model import (
    Answer,
    Case,
    CaseResult,
    CaseSettings,
    Evidence,
    Failure,
    FailureKind,
    Frame,
    Position,
    Problem,
    Reason,
    Role,
    Severity,
    Span,
    Turn,
    Verdict,
    VerdictKind,
)
from llmentary_regression.reports.document import Document, report_document
from llmentary_regression.reports.finished_run import FinishedRun, LocatedProblem
from report_makers import MakeDocument, MakeResult, MakeRun

ODD = "<b>&\"'`|*_@someone #1 ]]> %0A\x1b[31m\x00\u202e\ud83d,: é</script> sk-" + "proj-a1B2c3D4e5F6g7H8i9"
"""Signs that mean something to XML, HTML, Markdown, workflow commands and terminals, and a made-up key."""


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
            Verdict(VerdictKind(verdict), _reason_of(reason), score, message, more.pop("evidence", ())),
            None if answer is None else Answer(answer, model=more.pop("model", None)),
            **more,
        )

    return make


def _reason_of(code: str) -> Reason | FailureKind:
    return FailureKind(code) if code in set(FailureKind) else Reason(code)


@pytest.fixture
def make_run() -> MakeRun:
    """
    Return a maker of finished runs over given results.
    """

    def make(*results: CaseResult, problems: tuple[LocatedProblem, ...] = (), **more: Any) -> FinishedRun:
        return FinishedRun(
            results,
            problems,
            more.pop("selected", len(results)),
            more.pop("elapsed_s", 1.25),
            lambda result: result.verdict.kind in ("changed", "failed", "error"),
            **more,
        )

    return make


@pytest.fixture
def full_document(make_result: MakeResult, make_run: MakeRun) -> MakeDocument:
    """
    Return a maker of a document with every verdict, odd texts, a failure, a diff, samples and a problem.
    """

    def make(**options: Any) -> Document:
        failure = Failure(
            FailureKind.RAISED, "ValueError: zebra", (Frame("/shop/bot.py", 3, "ask", "zebra()"),), "zebra"
        )
        samples = (
            Verdict(VerdictKind.PASSED, Reason.SAME_TEXT, 1.0),
            Verdict(VerdictKind.CHANGED, Reason.EMPTY, 0.0),
        )
        span = Span(Position(4, 0), Position(4, 3))
        problem = Problem("LLM014", Severity.ERROR, f"no {ODD}", span)
        run = make_run(
            make_result("passed", name="ok", line=1, reason="same-text", message="the same", score=1.0),
            make_result(
                "changed",
                name=ODD,
                question=f"why {ODD}?\nsecond line",
                answer=f"zebra {ODD}",
                message="now `zebra`",
                evidence=(Evidence("number", "▇number▇", "zebra"),),
                model="m-2",
                approved_model="m-1",
                samples=samples,
                line=3,
            ),
            make_result("unsure", name="other", line=7, reason="reworded", score=0.8, message="other words"),
            make_result("new", name=None, line=9, reason="no-baseline", score=None, message="none yet"),
            make_result("failed", name="f", line=11, reason="expectation-failed", score=None),
            make_result(
                "error", name="e", line=13, answer=None, reason="raised", score=None, failure=failure
            ),
            make_result(
                "skipped", name="s", line=15, answer=None, reason="skipped", score=None, message="next week"
            ),
            problems=(LocatedProblem("faq/shop.llmtest", problem),),
        )
        diff = RedactedDiff(
            (Segment("equal", "so "), Segment("removed", "▇number▇ "), Segment("added", f"zebra {ODD}"))
        )
        return report_document(run, diff_of=lambda _result: diff, **options)

    return make
