"""
The JSON report has the promised fields and holds no answer unless asked.
"""

from __future__ import annotations

import json
from typing import Any

from llmentary_regression.core.model import (
    Evidence,
    Failure,
    FailureKind,
    Frame,
    Position,
    Problem,
    Reason,
    Severity,
    Span,
    Verdict,
    VerdictKind,
)
from llmentary_regression.reports.document import report_document
from llmentary_regression.reports.finished_run import FinishedRun, LocatedProblem
from llmentary_regression.reports.kinds import render_report
from report_makers import MakeResult, MakeRun


def render_json(run: FinishedRun, **options: Any) -> str:
    """
    Return the JSON report of a run.
    """
    return render_report("json", report_document(run, **options))


def _read(text: str) -> Any:
    return json.loads(text)


def test_promised_fields_are_there(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Every field that CI scripts rely on is present.
    """
    document = _read(render_json(make_run(make_result(elapsed_s=0.25))))

    assert document["version"] == 1
    assert document["summary"] == {
        "passed": 0,
        "unsure": 0,
        "changed": 1,
        "new": 0,
        "failed": 0,
        "error": 0,
        "skipped": 0,
    }
    (case,) = document["cases"]
    promised = {
        "suite": "faq/shop.llmtest",
        "name": "returns",
        "line": 3,
        "question": "How long may I return it?",
        "verdict": "changed",
        "score": 0.93,
        "reason": "number-differs",
        "elapsed_s": 0.25,
        "model": None,
        "tags": ["policy"],
        "samples": [],
    }
    assert {name: case[name] for name in promised} == promised


def test_no_word_of_an_answer_is_in_it(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Neither answer, message, evidence, exception nor printed output reaches the file.
    """
    judged = make_result(
        answer="zebra", message="now zebra", evidence=(Evidence("number", "zebra", "zebra"),)
    )
    failure = Failure(
        FailureKind.RAISED, "ValueError: zebra", (Frame("app.py", 3, "ask", "zebra()"),), "zebra"
    )
    failed = make_result("error", answer=None, reason="raised", message="zebra", failure=failure, line=9)

    text = render_json(make_run(judged, failed))

    assert "zebra" not in text
    assert _read(text)["cases"][0]["facts"] == ["number"]
    assert _read(text)["cases"][1]["failure"] == {
        "kind": "raised",
        "frames": [{"path": "app.py", "line": 3, "function": "ask"}],
    }


def test_answers_are_in_it_when_asked_for(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    With `answers` the case holds the answer and the full message.
    """
    (case,) = _read(render_json(make_run(make_result(answer="zebra", message="now zebra")), answers=True))[
        "cases"
    ]

    assert case["answer"] == "zebra"
    assert case["message"] == "now zebra"


def test_problems_and_exit_code_are_told(make_run: MakeRun) -> None:
    """
    A broken suite makes the run fail, and the report says where it is broken.
    """
    span = Span(Position(4, 0), Position(4, 3))
    placed = LocatedProblem("a.llmtest", Problem("LLM014", Severity.ERROR, "no question", span))

    document = _read(render_json(make_run(problems=(placed,))))

    assert document["exit_code"] == 1
    assert document["problems"] == [
        {
            "path": "a.llmtest",
            "line": 5,
            "code": "LLM014",
            "severity": "error",
            "message": "no question",
            "key": None,
        }
    ]


def test_odd_texts_and_numbers_still_give_valid_json(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Lone surrogates and numbers that JSON does not know end neither the report nor its readers.
    """
    text = render_json(make_run(make_result(question="lone \ud83d", score=float("nan"))))

    text.encode()
    assert "NaN" not in text
    assert _read(text)["cases"][0]["question"] == "lone \ud83d"


def test_each_sample_is_listed(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    A case that was asked several times lists every sample's verdict.
    """
    samples = (
        Verdict(VerdictKind.PASSED, Reason.SAME_TEXT, 1.0),
        Verdict(VerdictKind.CHANGED, Reason.NUMBER_DIFFERS, 0.9),
    )

    (case,) = _read(render_json(make_run(make_result(samples=samples))))["cases"]

    assert case["samples"] == [
        {"verdict": "passed", "score": 1.0, "reason": "same-text"},
        {"verdict": "changed", "score": 0.9, "reason": "number-differs"},
    ]
