"""
The requests about answers: their diff, the review, what to pin, and decisions about captured ones.
"""

from __future__ import annotations

import asyncio
from typing import Any

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import CaseResult, Privacy, Reason, VerdictKind
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import SuiteState, verdict_span
from llmentary_regression.lsp.views import case_update, is_to_be_approved
from llmentary_regression.lsp.wire import parse_params, refusal

from ._arguments import protocol_range, requested_pins, require_suite


async def show_diff(ls: Server, params: Any) -> protocol.DiffResult:
    """
    Return both sides of a case's redacted diff, or why there is none.
    """
    case_params = parse_params(protocol.CaseParams, params)
    suite = require_suite(ls, case_params["uri"])
    snapshot = await ls.read(suite)
    case = snapshot.cases.get(case_params["key"]) if snapshot is not None else None
    if case is None:
        return {"title": suite.path.name, "left": None, "right": None, "reason": "the question is gone"}
    title = show_hidden(f"{case.label} ({suite.path.name})")
    result = suite.result_of(case)
    if result is None or result.answer is None:
        reason = "there is no answer at hand; run the question first"
        return {"title": title, "left": None, "right": None, "reason": reason}
    left, reason = await _approved_side(ls, suite, result)
    return {
        "title": title,
        "left": None if left is None else show_hidden(left),
        "right": None if result.judged_text is None else show_hidden(result.judged_text),
        "reason": None if left is not None else reason,
    }


async def list_review(ls: Server, params: Any) -> protocol.ReviewResult:
    """
    Return the answers that wait for a decision, suite by suite.
    """
    uri = parse_params(protocol.ReviewParams, params).get("uri")
    suites = [require_suite(ls, uri)] if uri is not None else sorted(ls.suites, key=lambda suite: suite.path)
    cases: list[protocol.ReviewCase] = []
    for suite in suites:
        if not any(state.result is not None for state in suite.cases.values()):
            continue
        snapshot = await ls.read(suite)
        for case in snapshot.cases.values() if snapshot is not None else ():
            result = suite.result_of(case)
            if snapshot is not None and result is not None and is_to_be_approved(suite, case):
                where = protocol_range(ls, snapshot, verdict_span(case))
                cases.append({"update": case_update(suite, result), "range": where})
    return {"cases": cases}


async def list_pinnable(ls: Server, params: Any) -> protocol.PinnableResult:
    """
    Return the phrases of a case's answer that are worth pinning, the likeliest first.
    """
    case_params = parse_params(protocol.CaseParams, params)
    suite = ls.suite_at(case_params["uri"])
    snapshot = await ls.read(suite) if suite is not None else None
    case = snapshot.cases.get(case_params["key"]) if snapshot is not None else None
    result = suite.result_of(case) if suite is not None and case is not None else None
    if result is None or result.answer is None:
        raise refusal("there is no answer to pin phrases of; run the question first")
    from llmentary_regression.services.approve import suggested_pins

    return {
        "facts": [
            {"label": fact.phrase, "kind": fact.kind, "inQuestion": fact.in_question}
            for fact in suggested_pins(result)
        ]
    }


async def decide_capture(ls: Server, params: Any) -> protocol.DecideCaptureResult:
    """
    Keep a captured answer as the developer wants it, or drop it.
    """
    decision = parse_params(protocol.DecideCaptureParams, params)
    return await ls.inbox.decide(decision, requested_pins(decision.get("pins", [])))


async def _approved_side(ls: Server, suite: SuiteState, result: CaseResult) -> tuple[str | None, str]:
    """
    Return the redacted approved answer, or None and why it cannot be shown.
    """
    opened = ls.project_of(suite)
    if result.verdict.kind is VerdictKind.NEW:
        return None, result.verdict.message or "nothing was approved yet"
    if opened is None or result.verdict.example is None:
        return None, "the answer was not compared with an approved one"
    if result.verdict.reason is Reason.SAME_TEXT:
        return result.judged_text, ""
    from llmentary_regression.services.run import diff_of

    try:
        diff = await asyncio.to_thread(diff_of, opened.project, result)
    except LlmentaryError as exc:
        return None, str(exc)
    if diff is not None:
        return diff.left, ""
    if result.settings.privacy is not Privacy.FULL:
        return None, f"`privacy {result.settings.privacy}` keeps no words of what was approved"
    return None, "the new answer differs too much in length from the approved one to show a diff safely"


def register(server: Server) -> None:
    server.feature(protocol.DIFF)(show_diff)
    server.feature(protocol.REVIEW)(list_review)
    server.feature(protocol.PINNABLE)(list_pinnable)
    server.feature(protocol.DECIDE_CAPTURE)(decide_capture)
