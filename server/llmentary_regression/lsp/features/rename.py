"""
Rename a case or a parameter; baselines follow.

A renamed case's baseline is bound anew when the edit has arrived, and bound back when the edit is undone: so
the client may show the rename first, or drop it.
"""

from __future__ import annotations

import re

from lsprotocol import types

from llmentary_regression.core.model import Edit, Position, Span
from llmentary_regression.core.suite.editing import BlockOutline, block_at, param_headings, param_uses
from llmentary_regression.lsp.offers import OFFERS
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot
from llmentary_regression.lsp.wire import refusal

from ._column_rename import rename_column
from ._file_edits import Change, follow, to_workspace_edit

_NAME = re.compile(r"[^\s#][^\s]*")
_PARAM = re.compile(r"[^\s{}|\\]+")
_LOOKALIKE = re.compile(r"\{\{[^\s{}]+\}\}")


async def prepare_rename(
    ls: Server, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    """
    Return what would be renamed at the cursor: a case's name or a parameter.

    Raises:
        JsonRpcException: what stands there looks like a parameter and is none.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return None
    place = ls.units.from_client(snapshot.lines, params.position)
    found = _find(snapshot, place)
    if found is None:
        _refuse_lookalike(snapshot, place)
        return None
    _, name, span = found
    return types.PrepareRenamePlaceholder(ls.units.to_client_range(snapshot.lines, span), name)


async def rename(ls: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """
    Return the edits of a rename, and have the baselines follow once they are made.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return None
    found = _find(snapshot, ls.units.from_client(snapshot.lines, params.position))
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
    await follow(ls, suite, snapshot, edits)
    return to_workspace_edit(ls, [Change(suite.uri, snapshot.version, snapshot.lines, edits)])


def _find(snapshot: Snapshot, place: Position) -> tuple[BlockOutline, str, Span] | None:
    """
    Return the block, name and place of what can be renamed at a position.
    """
    block = block_at(snapshot.reading, place.line)
    if block is None:
        return None
    header = block.head.header
    if header.name is not None and header.name_span is not None and _is_in(place, header.name_span):
        return block, header.name, header.name_span
    headings = param_headings(snapshot.reading, block)
    for name, span in [*headings.items(), *param_uses(snapshot.reading, block)]:
        if _is_in(place, span):
            return block, name, span
    return None


def _refuse_lookalike(snapshot: Snapshot, place: Position) -> None:
    block = block_at(snapshot.reading, place.line)
    for use in _LOOKALIKE.finditer(snapshot.reading.lines[place.line]) if block is not None else ():
        if use.start() <= place.column <= use.end():
            raise refusal(
                f"`{use[0]}` is filled in by no row: no column has that name, or no row can be read"
            )


def _is_in(place: Position, span: Span) -> bool:
    return span.start <= place <= span.end


def _rename_case(snapshot: Snapshot, block: BlockOutline, new: str) -> list[Edit]:
    if not _NAME.fullmatch(new) or "::" in new:
        raise refusal("a name is one word without `::` that does not start with `#`")
    if (
        any(one.block.header.name == new for one in snapshot.reading.records)
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
    server.feature(types.TEXT_DOCUMENT_RENAME, OFFERS[types.TEXT_DOCUMENT_RENAME])(rename)
