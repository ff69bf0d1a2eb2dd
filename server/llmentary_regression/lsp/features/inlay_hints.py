"""
Inlay hints after a case: when and with which model it was approved, and how similar the new answer is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from lsprotocol import types

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import StoreError
from llmentary_regression.core.model import Case, VerdictKind
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState, verdict_span

_FAILED = frozenset({VerdictKind.CHANGED, VerdictKind.FAILED, VerdictKind.ERROR})


async def inlay_hint(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    """
    Return the hints of the visible lines.
    """
    ls.scheduler.inlay_hints.note_fetch()
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return []
    baselines = baselines_of(ls, suite, snapshot)
    first, last = params.range.start.line, params.range.end.line
    hints = []
    for case in snapshot.cases.values():
        span = verdict_span(case)
        if span.start.line > last and case.span.start.line > last:
            break
        text = hint_of(suite, case, baselines) if first <= span.end.line <= last else ""
        if text and not _is_covered(ls, suite, case):
            position = ls.positions.to_client(snapshot.lines, span.end)
            hints.append(types.InlayHint(position=position, label=text, padding_left=True))
    return hints


def hint_of(suite: SuiteState, case: Case, baselines: Mapping[str, Baseline]) -> str:
    """
    Return when a case was approved, and how similar the current answer is if it differs.
    """
    parts = [_approval_of(baselines, case)]
    result = suite.result_of(case)
    differs = result is not None and result.verdict.kind in (VerdictKind.UNSURE, VerdictKind.CHANGED)
    if differs and result is not None and result.verdict.score is not None:
        parts.append(f"{result.verdict.score:.0%} alike")
    return " · ".join(part for part in parts if part)


def baselines_of(ls: Server, suite: SuiteState, snapshot: Snapshot) -> Mapping[str, Baseline]:
    """
    Return the baselines of a suite; none if they cannot be read, which the run reports.
    """
    opened = ls.project_of(suite)
    if opened is None or PurePath(snapshot.parsed.name).is_absolute():
        return {}
    try:
        return opened.project.store.read(snapshot.parsed.name)
    except StoreError:
        return {}


def _approval_of(baselines: Mapping[str, Baseline], case: Case) -> str:
    """
    Return when, by whom and with which model a case was last approved, or an empty text.
    """
    try:
        baseline = baselines.get(case.key)
    except StoreError:
        return ""
    if baseline is None or not baseline.examples:
        return ""
    latest = max(baseline.examples, key=lambda one: one.approved)
    words = [f"approved {latest.approved[:10]}"]
    if latest.by:
        words.append(f"by {latest.by}")
    if latest.model:
        words.append(f"with {latest.model}")
    count = len(baseline.examples)
    return " ".join(words) + (f", {count} examples" if count > 1 else "")


def _is_covered(ls: Server, suite: SuiteState, case: Case) -> bool:
    """
    Return whether the client's Test Explorer shows why the case failed where the hint would be.
    """
    result = suite.result_of(case)
    return ls.client_knows_custom_messages and result is not None and result.verdict.kind in _FAILED


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)
