"""
Formatting of suites, and the colours of parameters.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from llmentary.core.model import Edit, Span
from llmentary.core.suite.formatting import format_suite
from llmentary.core.suite.outline import BlockOutline, block_at, blocks, param_headings, param_uses
from llmentary.lsp.offers import OFFERS
from llmentary.lsp.server import Server
from llmentary.lsp.suites import Snapshot


async def formatting(ls: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """
    Lay a suite out; what it asks stays the same.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return []
    end = _line_end(snapshot)
    return [
        ls.units.to_text_edit(snapshot.lines, Edit(edit.span, edit.text.replace("\n", end)))
        for edit in format_suite(snapshot.reading)
    ]


async def semantic_tokens(ls: Server, params: types.SemanticTokensParams) -> types.SemanticTokens:
    """
    Colour each parameter where a row fills it in, and where its column is named.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return types.SemanticTokens(data=[])
    return _encode(ls, snapshot, _tokens(snapshot, 0, len(snapshot.lines)))


async def semantic_tokens_range(ls: Server, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    """
    Colour what is in view.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return types.SemanticTokens(data=[])
    return _encode(ls, snapshot, _tokens(snapshot, params.range.start.line, params.range.end.line))


def _tokens(snapshot: Snapshot, first: int, last: int) -> Iterator[tuple[Span, bool]]:
    """
    Yield each parameter of some lines and whether it is declared there.
    """
    reading = snapshot.reading
    for block in blocks(reading) if first == 0 else _blocks_between(snapshot, first, last):
        if block.start > last:
            return
        if not block.names or block.end <= first:
            continue
        tokens = [(span, True) for span in param_headings(reading, block).values()]
        tokens += [(span, False) for _, span in param_uses(reading, block)]
        yield from sorted(
            (one for one in tokens if first <= one[0].start.line <= last), key=lambda one: one[0]
        )


def _blocks_between(snapshot: Snapshot, first: int, last: int) -> Iterator[BlockOutline]:
    at = first
    while at <= last:
        block = block_at(snapshot.reading, at)
        if block is None:
            starts = snapshot.reading.starts
            if not starts:
                return
            at = starts[0]
            continue
        yield block
        if block.end <= at or block.end >= len(snapshot.lines):
            return
        at = block.end


def _encode(ls: Server, snapshot: Snapshot, tokens: Iterator[tuple[Span, bool]]) -> types.SemanticTokens:
    data: list[int] = []
    line = character = 0
    for span, is_declared in tokens:
        where = ls.units.to_client_range(snapshot.lines, span)
        start, length = where.start, where.end.character - where.start.character
        same_line = start.line == line
        data += [
            start.line - line,
            start.character - (character if same_line else 0),
            length,
            0,
            int(is_declared),
        ]
        line, character = start.line, start.character
    return types.SemanticTokens(data=data)


def _line_end(snapshot: Snapshot) -> str:
    first = snapshot.lines[0]
    return next((end for end in ("\r\n", "\n", "\r") if first.endswith(end)), "\n")


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_FORMATTING)(formatting)
    server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, OFFERS[types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL]
    )(semantic_tokens)
    server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, OFFERS[types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE]
    )(semantic_tokens_range)
