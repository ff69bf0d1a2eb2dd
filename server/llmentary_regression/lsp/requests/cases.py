"""
What a client of ours shows beyond the standard: suites, cases, the redacted diff, and what waits for review.
"""

from __future__ import annotations

import asyncio
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import Case, CaseResult, Privacy, Reason, Span, VerdictKind
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.positions import path_of, uri_of
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState, place_of
from llmentary_regression.lsp.views import is_to_be_approved, news_of

_CASES_AT_ONCE = 500


async def list_suites(ls: Server, params: Any) -> protocol.SuitesResult:
    """
    Return every suite of the workspace, those that are open but outside of its patterns included.
    """
    found: dict[str, protocol.SuiteItem] = {}
    for entry in ls.open_projects():
        for path in await asyncio.to_thread(entry.project.find_suites):
            suite = ls.suite_of(path)
            found[suite.uri] = _suite_item(suite, path.relative_to(entry.root).as_posix(), uri_of(entry.root))
    for suite in ls.suites:
        if suite.document is not None and suite.uri not in found:
            folder = ls.entry_of(suite)
            root = folder.root if folder is not None else suite.path.parent
            found[suite.uri] = _suite_item(suite, suite.path.name, uri_of(root))
    return {"suites": sorted(found.values(), key=lambda one: (one["root"], one["name"]))}


async def list_cases(ls: Server, params: Any) -> protocol.CasesResult:
    """
    Return a suite's cases as a tree of two levels: tables and their rows.
    """
    suite = _suite_of(ls, params)
    snapshot = await ls.read(suite)
    if snapshot is None:
        return {"uri": suite.uri, "version": None, "items": []}
    items: list[protocol.CaseItem] = []
    tables: set[str] = set()
    for number, case in enumerate(snapshot.cases.values(), 1):
        if number % _CASES_AT_ONCE == 0:
            await asyncio.sleep(0)
        parent = None
        if case.row is not None:
            parent = _table_of(case, snapshot)
            if parent not in tables:
                tables.add(parent)
                items.append(_table_item(ls, snapshot, case, parent))
        items.append(_case_item(ls, suite, snapshot, case, parent))
    return {"uri": suite.uri, "version": snapshot.version, "items": items}


async def show_diff(ls: Server, params: Any) -> protocol.DiffResult:
    """
    Return both sides of a case's redacted diff, or why there is none.
    """
    suite = _suite_of(ls, params)
    snapshot = await ls.read(suite)
    case = snapshot.cases.get(str(params.get("key"))) if snapshot is not None else None
    if case is None:
        return {"title": suite.path.name, "left": None, "right": None, "reason": "the question is gone"}
    title = f"{case.label} ({suite.path.name})"
    result = suite.result_of(case)
    if result is None or result.answer is None:
        reason = "there is no answer at hand; run the question first"
        return {"title": title, "left": None, "right": None, "reason": reason}
    left, reason = await _left_of(ls, suite, result)
    return {
        "title": title,
        "left": left,
        "right": result.judged_text,
        "reason": None if left is not None else reason,
    }


async def list_review(ls: Server, params: Any) -> protocol.ReviewResult:
    """
    Return the answers that wait for a decision, suite by suite.
    """
    uri = params.get("uri") if isinstance(params, dict) else None
    suites = [_suite_of(ls, params)] if uri is not None else sorted(ls.suites, key=lambda one: one.path)
    cases: list[protocol.ReviewCase] = []
    for suite in suites:
        if not any(state.result is not None for state in suite.cases.values()):
            continue
        snapshot = await ls.read(suite)
        for case in snapshot.cases.values() if snapshot is not None else ():
            result = suite.result_of(case)
            if snapshot is not None and result is not None and is_to_be_approved(suite, case):
                where = _range(ls, snapshot, place_of(case))
                cases.append({"news": news_of(suite, result), "range": where})
    return {"cases": cases}


async def _left_of(ls: Server, suite: SuiteState, result: CaseResult) -> tuple[str | None, str]:
    entry = ls.entry_of(suite)
    if result.verdict.kind is VerdictKind.NEW:
        return None, result.verdict.message or "nothing was approved yet"
    if entry is None or result.verdict.variant is None:
        return None, "the answer was not held against an approved one"
    if result.verdict.reason is Reason.SAME_TEXT:
        return result.judged_text, ""
    from llmentary_regression.services.run import diff_of

    try:
        diff = await asyncio.to_thread(diff_of, entry.project, result)
    except LlmentaryError as exc:
        return None, str(exc)
    if diff is not None:
        return diff.left, ""
    if result.settings.privacy is not Privacy.FULL:
        return None, f"`privacy {result.settings.privacy}` keeps no words of what was approved"
    return None, "the new answer differs too much in length from the approved one to show a diff safely"


def _suite_item(suite: SuiteState, name: str, root: str) -> protocol.SuiteItem:
    return {"uri": suite.uri, "name": name, "root": root}


def _table_of(case: Case, snapshot: Snapshot) -> str:
    """
    Return a name for a table that stays the same while lines move: the block's, or else its number.
    """
    if case.name is not None:
        return f"table:{case.name}"
    above = sum(1 for start in snapshot.reading.starts if start < case.span.start.line)
    return f"table:#{above}"


def _table_item(ls: Server, snapshot: Snapshot, case: Case, key: str) -> protocol.CaseItem:
    header = snapshot.lines[case.span.start.line].lstrip("=").strip()
    return {
        "key": key,
        "parent": None,
        "label": case.name or header or "table",
        "row": None,
        "tags": list(case.tags),
        "range": _range(ls, snapshot, case.span),
        "news": None,
        "isRunning": False,
    }


def _case_item(
    ls: Server, suite: SuiteState, snapshot: Snapshot, case: Case, parent: str | None
) -> protocol.CaseItem:
    state = suite.cases.get(case.key)
    result = suite.result_of(case)
    return {
        "key": case.key,
        "parent": parent,
        "label": case.label,
        "row": case.row.label if case.row is not None else None,
        "tags": list(case.tags),
        "range": _range(ls, snapshot, place_of(case)),
        "news": news_of(suite, result) if result is not None else None,
        "isRunning": state is not None and state.run is not None,
    }


def _range(ls: Server, snapshot: Snapshot, span: Span) -> protocol.Range:
    where: types.Range = ls.units.to_client_range(snapshot.lines, span)
    return {
        "start": {"line": where.start.line, "character": where.start.character},
        "end": {"line": where.end.line, "character": where.end.character},
    }


def _suite_of(ls: Server, params: Any) -> SuiteState:
    """
    Return the suite that a client asks about.

    Raises:
        JsonRpcInvalidParams: it named none.
    """
    uri = params.get("uri") if isinstance(params, dict) else None
    suite = ls.suite_at(uri) if isinstance(uri, str) and path_of(uri) is not None else None
    if suite is None:
        raise JsonRpcInvalidParams("`uri` names no `.llmtest` file")
    return suite


def register(server: Server) -> None:
    server.feature(protocol.SUITES)(list_suites)
    server.feature(protocol.CASES)(list_cases)
    server.feature(protocol.DIFF)(show_diff)
    server.feature(protocol.REVIEW)(list_review)
