"""
The JSON report: fields are only ever added, and without `answers` nothing of an answer is in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from llmentary.core.explain import explain_verdict
from llmentary.core.model import CaseResult, Failure, JsonValue, Verdict, VerdictKind
from llmentary.core.sampling import SampleCounts, count_samples, mean_pass_at, mean_pass_hat
from llmentary.reports.finished_run import FinishedRun, PlacedProblem

VERSION = 1


def render_json(run: FinishedRun, *, answers: bool = False) -> str:
    """
    Return the report as a JSON document.

    Args:
        run: what to report.
        answers: whether answers, and words that quote them, are put in.
    """
    counts = run.summary
    document = {
        "version": VERSION,
        "summary": {str(kind): counts[kind] for kind in VerdictKind},
        "cases": [_case(result, run, answers=answers) for result in run.results],
        "problems": [_problem(placed) for placed in run.problems],
        "selected": run.selected,
        "strict": run.is_strict,
        "interrupted": run.is_interrupted,
        "sampling": _mean_sampling(run.sample_counts),
        "elapsed_s": round(run.elapsed_s, 3),
        "exit_code": run.exit_code,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form; as an escape it is still valid JSON.
        text = json.dumps(document, indent=1)
    return text + "\n"


def _case(result: CaseResult, run: FinishedRun, *, answers: bool) -> dict[str, Any]:
    case = result.case
    item: dict[str, Any] = {
        "suite": result.suite,
        "key": case.key,
        "name": case.name,
        "row": None if case.row is None else {name: _finite(value) for name, value in case.row.values},
        "line": case.span.start.line + 1,
        "question": case.question,
        **_verdict(result.verdict),
        "message": _message(result, answers=answers),
        "facts": sorted({evidence.kind for evidence in result.verdict.evidence}),
        "fails": run.is_failing(result),
        "elapsed_s": round(result.elapsed_s, 3),
        "model": result.model,
        "approved_model": result.approved_model,
        "tags": list(case.tags),
        "samples": [_verdict(sample) for sample in result.samples],
        "sampling": _sampling(count_samples(result.samples)),
    }
    if result.failure is not None:
        item["failure"] = _failure(result.failure, answers=answers)
    if answers:
        item["answer"] = None if result.answer is None else result.answer.text
    return item


def _sampling(counts: SampleCounts | None) -> dict[str, Any] | None:
    """
    Return how often a case passed that was asked more than once, with pass@k and pass^k by k.
    """
    if counts is None:
        return None
    numbers = range(1, counts.judged + 1)
    return {
        "judged": counts.judged,
        "passed": counts.passed,
        "pass_at_k": {str(k): round(counts.pass_at(k), 4) for k in numbers},
        "pass_hat_k": {str(k): round(counts.pass_hat(k), 4) for k in numbers},
    }


def _mean_sampling(counts: Sequence[SampleCounts]) -> dict[str, Any] | None:
    """
    Return the same over all cases that were asked more than once: sums, and means over cases.
    """
    if not counts:
        return None
    numbers = range(1, max(one.judged for one in counts) + 1)
    return {
        "cases": len(counts),
        "judged": sum(one.judged for one in counts),
        "passed": sum(one.passed for one in counts),
        "pass_at_k": {str(k): round(mean_pass_at(counts, k) or 0.0, 4) for k in numbers},
        "pass_hat_k": {str(k): round(mean_pass_hat(counts, k) or 0.0, 4) for k in numbers},
    }


def _message(result: CaseResult, *, answers: bool) -> str:
    verdict = result.verdict
    return (
        verdict.message if answers else explain_verdict(verdict.reason, verdict.evidence, quote_answer=False)
    )


def _verdict(verdict: Verdict) -> dict[str, Any]:
    score = verdict.score
    return {
        "verdict": str(verdict.verdict),
        "score": None if score is None else _finite(round(score, 4)),
        "reason": verdict.reason,
    }


def _finite(value: JsonValue) -> JsonValue:
    """
    Return `value`, or its name where JSON has no such number.
    """
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _failure(failure: Failure, *, answers: bool) -> dict[str, Any]:
    """
    Return what went wrong. An exception's text and printed output may quote an answer; places do not.
    """
    item: dict[str, Any] = {
        "kind": str(failure.kind),
        "frames": [
            {"path": frame.path, "line": frame.line, "function": frame.function} for frame in failure.frames
        ],
    }
    if answers:
        item["message"] = failure.message
        item["output"] = failure.output
    return item


def _problem(placed: PlacedProblem) -> dict[str, Any]:
    problem = placed.problem
    return {
        "path": placed.path,
        "line": placed.line,
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "key": problem.key or None,
    }
