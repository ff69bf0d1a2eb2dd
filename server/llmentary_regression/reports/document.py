"""
The document that every report is made from: plain values, secrets masked, no answers unless asked for.

Reports are rendered from it rather than from results, so that merged shards read like one run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

from llmentary_regression._version import __version__
from llmentary_regression.core.judging import (
    FAILURES,
    RedactedDiff,
    SampleCounts,
    count_samples,
    explain_verdict,
    mean_pass_at,
    mean_pass_hat,
)
from llmentary_regression.core.model import CaseResult, Failure, JsonValue, Verdict, VerdictKind
from llmentary_regression.core.safe_text import mask_secrets
from llmentary_regression.reports.finished_run import FinishedRun, LocatedProblem

VERSION = 1
Document: TypeAlias = "dict[str, Any]"
TrendOf: TypeAlias = "Callable[[CaseResult], Sequence[Mapping[str, JsonValue]]]"
_COMPARED = frozenset({VerdictKind.CHANGED, VerdictKind.UNSURE})


def report_document(
    run: FinishedRun,
    *,
    answers: bool = False,
    diff_of: Callable[[CaseResult], RedactedDiff | None] | None = None,
    folder: str = "",
    show_path: Callable[[str], str] = str,
    trend_of: TrendOf | None = None,
    runs: Sequence[Mapping[str, JsonValue]] = (),
    drift: Mapping[str, JsonValue] | None = None,
) -> Document:
    """
    Return the report of a run as plain values.

    Args:
        run: what to report.
        answers: whether answers, and words that quote them, are included.
        diff_of: gives the redacted diff of a result; without `answers` its blocks and word counts are kept.
        folder: the project's folder below the repository's, with `/`; empty where they are one.
        show_path: turns the path of a source file into one that is meaningful on other machines.
        trend_of: earlier runs of a case, oldest first: `at`, `verdict`, `score`, `elapsed_s`.
        runs: earlier runs as a whole, oldest first: `at`, and how often each verdict was given.
        drift: how answers moved away from what was approved, run by run: `all`, `tags` and `models`.
    """
    counts = run.summary
    document: Document = {
        "version": VERSION,
        "tool": {"name": "llmentary", "version": __version__},
        "summary": {str(kind): counts[kind] for kind in VerdictKind},
        "cases": [_case(result, run, answers, diff_of, show_path, trend_of) for result in run.results],
        "problems": [_problem(placed) for placed in run.problems],
        "selected": run.selected,
        "strict": run.is_strict,
        "interrupted": run.is_interrupted,
        "left_out_by_only": run.left_out_by_only,
        "shard": None if run.shard is None else asdict(run.shard),
        "sampling": mean_sampling(run.sample_counts),
        "elapsed_s": round(run.elapsed_s, 3),
        "exit_code": run.exit_code,
        "folder": folder,
    }
    if runs:
        document["runs"] = [dict(one) for one in runs]
    if drift is not None:
        document["drift"] = dict(drift)
    return document


def mean_sampling(counts: Sequence[SampleCounts]) -> dict[str, Any] | None:
    """
    Return sums, and means of pass@k and pass^k, over all cases that were asked more than once.
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


def _case(
    result: CaseResult,
    run: FinishedRun,
    answers: bool,
    diff_of: Callable[[CaseResult], RedactedDiff | None] | None,
    show_path: Callable[[str], str],
    trend_of: TrendOf | None,
) -> Document:
    case = result.case
    item: Document = {
        "suite": result.suite,
        "key": case.key,
        "name": mask_secrets(case.name),
        "row": None if case.row is None else {name: _value(value) for name, value in case.row.values},
        "label": mask_secrets(case.label),
        "line": case.span.start.line + 1,
        "question": mask_secrets(case.question),
        **_verdict(result.verdict),
        "message": mask_secrets(message_of(result, answers=answers)),
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
        item["failure"] = _failure(result.failure, show_path, answers=answers)
    elif diff_of is not None and result.verdict.kind in _COMPARED:
        diff = diff_of(result)
        if diff is not None:
            item["diff"] = _diff(diff, answers=answers)
    if trend_of is not None:
        item["trend"] = [dict(point) for point in trend_of(result)]
    if answers:
        item["answer"] = None if result.answer is None else mask_secrets(result.answer.text)
    return item


def _diff(diff: RedactedDiff, *, answers: bool) -> list[Document]:
    """
    Return the segments of a diff; `removed` ones are blocks in any case, of the others only counts are safe.
    """
    segments = []
    for segment in diff.segments:
        item: Document = {"kind": segment.kind, "words": len(segment.text.split())}
        if answers or segment.kind == "removed":
            item["text"] = mask_secrets(segment.text)
        segments.append(item)
    return segments


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


def message_of(result: CaseResult, *, answers: bool) -> str:
    """
    Return the sentence for a result; without `answers` no word of one is in it.
    """
    verdict = result.verdict
    if verdict.kind is VerdictKind.SKIPPED:
        return verdict.message  # the author's reason, from the suite
    if result.failure is not None and not answers:
        return FAILURES[result.failure.kind]
    return (
        verdict.message if answers else explain_verdict(verdict.reason, verdict.evidence, quote_answer=False)
    )


def _verdict(verdict: Verdict) -> Document:
    score = verdict.score
    return {
        "verdict": str(verdict.kind),
        "score": None if score is None else _finite(round(score, 4)),
        "reason": str(verdict.reason),
    }


def _value(value: JsonValue) -> JsonValue:
    return mask_secrets(value) if isinstance(value, str) else _finite(value)


def _finite(value: JsonValue) -> JsonValue:
    """
    Return `value`, or its name where JSON has no such number.
    """
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _failure(failure: Failure, show_path: Callable[[str], str], *, answers: bool) -> Document:
    """
    Return what went wrong. An exception's text and printed output may quote an answer; locations do not.
    """
    item: Document = {
        "kind": str(failure.kind),
        "frames": [
            {"path": show_path(frame.path), "line": frame.line, "function": frame.function}
            for frame in failure.frames
        ],
    }
    if answers:
        item["message"] = mask_secrets(failure.message)
        item["output"] = mask_secrets(failure.output)
    return item


def _problem(placed: LocatedProblem) -> Document:
    problem = placed.problem
    return {
        "path": placed.path,
        "line": placed.line,
        "code": problem.code,
        "severity": str(problem.severity),
        "message": mask_secrets(problem.message),
        "key": problem.key or None,
    }
