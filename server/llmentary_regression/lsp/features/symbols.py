"""
Symbols of a document and of the workspace, and folding ranges.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from lsprotocol import types

from llmentary_regression.core.model import Case, Span
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.core.suite.editing import blocks
from llmentary_regression.core.suite.parsing import is_comment
from llmentary_regression.lsp.positions import range_as_json
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, verdict_span

_MAX_SYMBOLS = 500
"""Of the workspace; a user who gets more types another letter."""
_CASES_AT_ONCE = 500
_MAX_NAME_LENGTH = 80


async def document_symbol(ls: Server, params: types.DocumentSymbolParams) -> list[dict[str, object]]:
    """
    Return the cases of a suite, with rows below their table; a flat list if the client supports no tree.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return []
    document = ls.client_capabilities.text_document
    supported = document.document_symbol if document is not None else None
    if supported is None or not supported.hierarchical_document_symbol_support:
        return [
            {
                "name": _name(case),
                "kind": int(_KIND),
                "location": {"uri": suite.uri, "range": _range(ls, snapshot, verdict_span(case))},
            }
            for case in snapshot.cases.values()
        ]
    symbols: list[dict[str, object]] = []
    tables: dict[Span, list[dict[str, object]]] = {}
    for number, case in enumerate(snapshot.cases.values(), 1):
        if number % _CASES_AT_ONCE == 0:
            await asyncio.sleep(0)
        if case.row is None:
            symbols.append(_symbol(ls, snapshot, _name(case), case.span, _whole(case)))
            continue
        if case.span not in tables:
            tables[case.span] = []
            header = case.name or snapshot.lines[case.span.start.line].lstrip("=").strip() or "table"
            table = _symbol(ls, snapshot, header, case.span, _whole(case))
            table["kind"] = int(types.SymbolKind.Array)
            table["children"] = tables[case.span]
            symbols.append(table)
        span = verdict_span(case)
        tables[case.span].append(_symbol(ls, snapshot, _short(case.row.label), span, span))
    return symbols


async def workspace_symbol(ls: Server, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
    """
    Return the cases of all suites whose name or question contains what was typed.
    """
    query = params.query.casefold()
    found: list[types.WorkspaceSymbol] = []
    for suite in sorted(ls.suites, key=lambda suite: suite.path):
        snapshot = await ls.read(suite)
        for case in snapshot.cases.values() if snapshot is not None else ():
            if snapshot is None or query not in f"{case.label}\n{case.question}".casefold():
                continue
            where = ls.positions.to_client_range(snapshot.lines, verdict_span(case))
            found.append(
                types.WorkspaceSymbol(
                    location=types.Location(suite.uri, where),
                    name=_name(case),
                    kind=_KIND,
                    container_name=snapshot.parsed.name,
                )
            )
            if len(found) >= _MAX_SYMBOLS:
                return found
        await asyncio.sleep(0)
    return found


async def folding_range(ls: Server, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    """
    Return the ranges of blocks, tables, and comments of several lines.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return []
    ranges = [
        types.FoldingRange(first, last, kind=types.FoldingRangeKind.Comment)
        for first, last in _comments(snapshot)
    ]
    for block in blocks(snapshot.reading):
        if block.last > block.start:
            ranges.append(types.FoldingRange(block.start, block.last, kind=types.FoldingRangeKind.Region))
        if len(block.head.rows) > 2:
            ranges.append(types.FoldingRange(block.head.rows.start, block.head.rows.stop - 1))
    return ranges


_KIND = types.SymbolKind.Function


def _comments(snapshot: Snapshot) -> Iterator[tuple[int, int]]:
    """
    Yield the first and last line of comments above the first block.
    """
    lines, end = snapshot.reading.lines, snapshot.reading.opening.preamble.end
    start: int | None = None
    for number in range(end + 1):
        if number < end and is_comment(lines[number]):
            start = number if start is None else start
        elif start is not None:
            if number - 1 > start:
                yield start, number - 1
            start = None


def _whole(case: Case) -> Span:
    """
    Return the span from a case's header to the end of its text.
    """
    start, end = case.span, case.question_span
    return Span(min(start.start, end.start), max(start.end, end.end))


def _symbol(ls: Server, snapshot: Snapshot, name: str, selection: Span, whole: Span) -> dict[str, object]:
    return {
        "name": name,
        "kind": int(_KIND),
        "range": _range(ls, snapshot, whole),
        "selectionRange": _range(ls, snapshot, selection),
    }


def _range(ls: Server, snapshot: Snapshot, span: Span) -> dict[str, dict[str, int]]:
    return range_as_json(ls.positions.to_client_range(snapshot.lines, span))


def _name(case: Case) -> str:
    return _short(case.label)


def _short(text: str) -> str:
    text = " ".join(show_hidden(text).split()) or "…"
    return text if len(text) <= _MAX_NAME_LENGTH else f"{text[: _MAX_NAME_LENGTH - 1]}…"


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)(document_symbol)
    server.feature(types.WORKSPACE_SYMBOL)(workspace_symbol)
    server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)(folding_range)
