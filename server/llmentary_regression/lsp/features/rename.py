"""
Rename a case or a parameter, and its baselines.

A case's baseline is renamed when the edit arrives, and renamed back when the edit is undone: so the client may
preview the rename, or drop it.
"""

from __future__ import annotations

import re

from lsprotocol import types

from llmentary_regression.core.model import Edit, Position, Span
from llmentary_regression.core.suite.editing import BlockOutline, block_at, param_headings, param_uses
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.lsp.wire import refusal

from ._column_rename import rename_column
from ._file_edits import Change, expect_renames, to_workspace_edit

_NAME = re.compile(r"[^\s#][^\s]*")
_PARAM = re.compile(r"[^\s{}|\\]+")
_PARAM_USE = re.compile(r"\{\{[^\s{}]+\}\}")


async def prepare_rename(
    ls: Server, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    """
    Return what would be renamed at the cursor: a case's name or a parameter.

    Raises:
        JsonRpcException: the text at the cursor looks like a parameter and is none.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return None
    cursor = ls.positions.from_client(snapshot.lines, params.position)
    found = _find(snapshot, cursor)
    if found is None:
        _refuse_unknown_param(snapshot, cursor)
        return None
    _, name, span = found
    return types.PrepareRenamePlaceholder(ls.positions.to_client_range(snapshot.lines, span), name)


async def rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """
    Return the edits of a rename; baselines are renamed once they are applied.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return None
    found = _find(snapshot, ls.positions.from_client(snapshot.lines, params.position))
    if found is None:
        return None
    block, name, span = found
    new = params.new_name
    if name == block.head.header.name and span == block.head.header.name_span:
        edits = _rename_case(snapshot, block, new)
    else:
        _check_param(block, name, new)
        heading = param_headings(snapshot.reading, block).get(name)
        if heading is None:
            return to_workspace_edit(ls, await rename_column(ls, suite, block, name, new))
        uses = [span for use, span in param_uses(snapshot.reading, block) if use == name]
        edits = [Edit(span, new) for span in (heading, *uses)]
    await expect_renames(ls, suite, snapshot, edits)
    return to_workspace_edit(ls, [Change(suite.uri, snapshot.version, snapshot.lines, edits)])


def _find(snapshot: Snapshot, cursor: Position) -> tuple[BlockOutline, str, Span] | None:
    """
    Return the block, name and span of what can be renamed at a position.
    """
    block = block_at(snapshot.reading, cursor.line)
    if block is None:
        return None
    header = block.head.header
    if header.name is not None and header.name_span is not None and _is_in(cursor, header.name_span):
        return block, header.name, header.name_span
    headings = param_headings(snapshot.reading, block)
    for name, span in [*headings.items(), *param_uses(snapshot.reading, block)]:
        if _is_in(cursor, span):
            return block, name, span
    return None


def _refuse_unknown_param(snapshot: Snapshot, cursor: Position) -> None:
    block = block_at(snapshot.reading, cursor.line)
    for use in _PARAM_USE.finditer(snapshot.reading.lines[cursor.line]) if block is not None else ():
        if use.start() <= cursor.column <= use.end():
            raise refusal(
                f"`{use[0]}` is not filled in by any row: no column has that name, or no row can be read"
            )


def _is_in(cursor: Position, span: Span) -> bool:
    return span.start <= cursor <= span.end


def _rename_case(snapshot: Snapshot, block: BlockOutline, new: str) -> list[Edit]:
    if not _NAME.fullmatch(new) or "::" in new:
        raise refusal("a name is one word without `::` that does not start with `#`")
    if (
        any(record.block.header.name == new for record in snapshot.reading.records)
        and new != block.head.header.name
    ):
        raise refusal(f"another case is called `{new}` already")
    span = block.head.header.name_span
    assert span is not None
    return [Edit(span, new)]


def _check_param(block: BlockOutline, old: str, new: str) -> None:
    if not _PARAM.fullmatch(new):
        raise refusal("a parameter is one word without braces, `|` or `\\`")
    if new in block.names and new != old:
        raise refusal(f"another column is called `{new}` already")


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(prepare_rename)
    server.feature(types.TEXT_DOCUMENT_RENAME, STATIC_CAPABILITIES[types.TEXT_DOCUMENT_RENAME])(rename)
