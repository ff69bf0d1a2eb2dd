"""
Inlay hints: behind a case, when and with which model its answer was approved, and how alike the new one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from lsprotocol import types

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import StoreError
from llmentary_regression.core.model import Case, VerdictKind
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState, place_of

_FAILED = frozenset({VerdictKind.CHANGED, VerdictKind.FAILED, VerdictKind.ERROR})


async def inlay_hint(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
    """
    Return the hints of the lines in view.
    """
    ls.display.hints.came()
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return []
    baselines = baselines_of(ls, suite, snapshot)
    first, last = params.range.start.line, params.range.end.line
    hints = []
    for case in snapshot.cases.values():
        place = place_of(case)
        if place.start.line > last and case.span.start.line > last:
            break
        text = hint_of(suite, case, baselines) if first <= place.end.line <= last else ""
        if text and not _is_covered(ls, suite, case):
            position = ls.units.to_client(snapshot.lines, place.end)
            hints.append(types.InlayHint(position=position, label=text, padding_left=True))
    return hints


def hint_of(suite: SuiteState, case: Case, baselines: Mapping[str, Baseline]) -> str:
    """
    Return when a case was approved, and how alike the answer at hand is if it is another.
    """
    parts = [_approval_of(baselines, case)]
    result = suite.result_of(case)
    is_unlike = result is not None and result.verdict.kind in (VerdictKind.REWORDED, VerdictKind.CHANGED)
    if is_unlike and result is not None and result.verdict.score is not None:
        parts.append(f"{result.verdict.score:.0%} alike")
    return " · ".join(part for part in parts if part)


def baselines_of(ls: Server, suite: SuiteState, snapshot: Snapshot) -> Mapping[str, Baseline]:
    """
    Return the baselines of a suite; none where they cannot be read, of which the run tells.
    """
    entry = ls.entry_of(suite)
    if entry is None or PurePath(snapshot.parsed.name).is_absolute():
        return {}
    try:
        return entry.project.store.read(snapshot.parsed.name)
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
    if baseline is None or not baseline.variants:
        return ""
    latest = max(baseline.variants, key=lambda one: one.approved)
    words = [f"approved {latest.approved[:10]}"]
    if latest.by:
        words.append(f"by {latest.by}")
    if latest.model:
        words.append(f"with {latest.model}")
    count = sum(len(one.variants) for one in baseline.every)
    return " ".join(words) + (f", {count} variants" if count > 1 else "")


def _is_covered(ls: Server, suite: SuiteState, case: Case) -> bool:
    """
    Tell whether the client's Test Explorer writes why the case failed where the hint would stand.
    """
    result = suite.result_of(case)
    return ls.client_knows_us and result is not None and result.verdict.kind in _FAILED


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT)(inlay_hint)
