"""
Semantic tokens that need a reading of the suite: parameters, and everything below a quoted body without an end.

An editor's own grammar works line by line, so for it such a body extends to the end of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import TypeAlias

from lsprotocol import types

from llmentary_regression.core.model import Position, ProblemCode, Span
from llmentary_regression.core.suite.editing import BlockOutline, block_at, blocks, param_headings, param_uses
from llmentary_regression.core.suite.incremental import Reading
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES


class TokenType(IntEnum):
    """
    The indexes of our token types in the legend that the client was given.
    """

    PARAMETER = 0
    HEADER = 1
    SETTING = 2
    COMMENT = 3


Token: TypeAlias = "tuple[Span, TokenType, bool]"
"""A span, its type, and whether it declares what it names."""

_MARK = re.compile(r"(?P<SETTING>@[^ \t]+)|(?P<COMMENT>#(?: .*)?$)")


async def semantic_tokens(ls: Server, params: types.SemanticTokensParams) -> types.SemanticTokens:
    """
    Return the tokens of a whole suite.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return types.SemanticTokens(data=[])
    return _encode(ls, snapshot, _tokens(snapshot, 0, len(snapshot.lines)))


async def semantic_tokens_range(ls: Server, params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
    """
    Return the tokens of the visible lines.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return types.SemanticTokens(data=[])
    return _encode(ls, snapshot, _tokens(snapshot, params.range.start.line, params.range.end.line))


def _tokens(snapshot: Snapshot, first: int, last: int) -> Iterator[Token]:
    reading = snapshot.reading
    unclosed = _first_unclosed(snapshot)
    for block in blocks(reading) if first == 0 else _blocks_between(snapshot, first, last):
        if block.start > last:
            return
        if block.end <= first:
            continue
        tokens: list[Token] = []
        if block.names:
            tokens += [(span, TokenType.PARAMETER, True) for span in param_headings(reading, block).values()]
            tokens += [(span, TokenType.PARAMETER, False) for _, span in param_uses(reading, block)]
        if block.start > unclosed:
            tokens += _head_tokens(reading, block)
        yield from sorted(
            (token for token in tokens if first <= token[0].start.line <= last),
            key=lambda token: token[0].start,
        )


def _first_unclosed(snapshot: Snapshot) -> float:
    """
    Return the line of the first quoted body that is never closed, or the line after the last.
    """
    lines = [
        problem.span.start.line
        for problem in snapshot.problems
        if problem.code == ProblemCode.QUOTE_NOT_CLOSED and problem.span is not None
    ]
    return min(lines, default=len(snapshot.lines))


def _head_tokens(reading: Reading, block: BlockOutline) -> Iterator[Token]:
    """
    Yield the tokens of a block's head: the header, the names of settings, comments.
    """
    yield _span(block.start, 0, len(reading.lines[block.start])), TokenType.HEADER, False
    for number in range(block.start + 1, block.head.end):
        mark = _MARK.match(reading.lines[number])
        if mark is not None:
            yield _span(number, 0, mark.end()), TokenType[mark.lastgroup or ""], False


def _span(line: int, start: int, end: int) -> Span:
    return Span(Position(line, start), Position(line, end))


def _blocks_between(snapshot: Snapshot, first: int, last: int) -> Iterator[BlockOutline]:
    line = first
    while line <= last:
        block = block_at(snapshot.reading, line)
        if block is None:
            starts = snapshot.reading.starts
            if not starts:
                return
            line = starts[0]
            continue
        yield block
        if block.end <= line or block.end >= len(snapshot.lines):
            return
        line = block.end


def _encode(ls: Server, snapshot: Snapshot, tokens: Iterator[Token]) -> types.SemanticTokens:
    data: list[int] = []
    line = character = 0
    for span, token_type, is_declared in tokens:
        where = ls.positions.to_client_range(snapshot.lines, span)
        start, length = where.start, where.end.character - where.start.character
        same_line = start.line == line
        data += [
            start.line - line,
            start.character - (character if same_line else 0),
            length,
            token_type,
            int(is_declared),
        ]
        line, character = start.line, start.character
    return types.SemanticTokens(data=data)


def register(server: Server) -> None:
    full, part = types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE
    server.feature(full, STATIC_CAPABILITIES[full])(semantic_tokens)
    server.feature(part, STATIC_CAPABILITIES[part])(semantic_tokens_range)
