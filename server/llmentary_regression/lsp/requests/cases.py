"""
The requests that a Test Explorer is filled from: `llmentary/suites` and `llmentary/cases`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from llmentary_regression.core.model import Case
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState, verdict_span
from llmentary_regression.lsp.uris import uri_of
from llmentary_regression.lsp.views import case_update
from llmentary_regression.lsp.wire import parse_params

from ._arguments import protocol_range, require_suite

_CASES_AT_ONCE = 500


async def list_suites(ls: Server, params: Any) -> protocol.SuitesResult:
    """
    Return every suite of the workspace, including open ones that its patterns do not match.
    """
    found: dict[str, protocol.SuiteItem] = {}
    for opened in ls.open_projects():
        for path in await asyncio.to_thread(opened.project.find_suites):
            suite = ls.suite_of(path)
            found[suite.uri] = _suite_item(
                suite, path.relative_to(opened.root).as_posix(), uri_of(opened.root)
            )
    for suite in ls.suites:
        if suite.document is not None and suite.uri not in found:
            project = ls.project_of(suite)
            root = project.root if project is not None else suite.path.parent
            found[suite.uri] = _suite_item(suite, suite.path.name, uri_of(root))
    return {"suites": sorted(found.values(), key=lambda item: (item["root"], item["name"]))}


async def list_cases(ls: Server, params: Any) -> protocol.CasesResult:
    """
    Return a suite's cases as a tree with two levels: tables and their rows.
    """
    suite = require_suite(ls, parse_params(protocol.SuiteParams, params)["uri"])
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
            parent = _table_key(case, snapshot)
            if parent not in tables:
                tables.add(parent)
                items.append(_table_item(ls, snapshot, case, parent))
        items.append(_case_item(ls, suite, snapshot, case, parent))
    return {"uri": suite.uri, "version": snapshot.version, "items": items}


def _suite_item(suite: SuiteState, name: str, root: str) -> protocol.SuiteItem:
    return {"uri": suite.uri, "name": name, "root": root}


def _table_key(case: Case, snapshot: Snapshot) -> str:
    """
    Return a key for a table that stays the same while lines move: by the block's name, else by its number.
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
        "range": protocol_range(ls, snapshot, case.span),
        "update": None,
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
        "label": show_hidden(case.label),
        "row": show_hidden(case.row.label) if case.row is not None else None,
        "tags": list(case.tags),
        "range": protocol_range(ls, snapshot, verdict_span(case)),
        "update": case_update(suite, result) if result is not None else None,
        "isRunning": state is not None and state.run is not None,
    }


def register(server: Server) -> None:
    server.feature(protocol.SUITES)(list_suites)
    server.feature(protocol.CASES)(list_cases)
