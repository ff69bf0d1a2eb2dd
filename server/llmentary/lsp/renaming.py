"""
Rename a case, a parameter or a suite's file; baselines follow.

A renamed case's baseline is bound anew when the edit has arrived, and bound back when the edit is undone: so
the client may show the rename first, or drop it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from llmentary.core.errors import LlmentaryError
from llmentary.core.model import Edit, Position, Span
from llmentary.core.suite.formatting import apply_edits
from llmentary.core.suite.incremental import read_again
from llmentary.core.suite.outline import BlockOutline, block_at, param_headings, param_uses
from llmentary.lsp.convert import path_of, uri_of
from llmentary.lsp.offers import OFFERS
from llmentary.lsp.server import Server
from llmentary.lsp.suites import Snapshot, SuiteState
from llmentary.lsp.text import split_lines
from llmentary.storage.files import suite_name

_log = logging.getLogger(__name__)

_REQUEST_FAILED = -32803
_NAME = re.compile(r"[^\s#][^\s]*")
_PARAM = re.compile(r"[^\s{}|\\]+")


async def prepare_rename(
    ls: Server, params: types.PrepareRenameParams
) -> types.PrepareRenamePlaceholder | None:
    """
    Return what would be renamed at the cursor: a case's name or a parameter.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return None
    place = ls.units.from_client(snapshot.lines, params.position)
    found = _find(snapshot, place)
    if found is None:
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
    block, name, _ = found
    is_case = name == block.head.header.name and found[2] == block.head.header.name_span
    edits = (
        _rename_case(snapshot, block, params.new_name)
        if is_case
        else _rename_param(snapshot, block, name, params.new_name)
    )
    await _follow(ls, suite, snapshot, edits)
    changes = [ls.units.to_text_edit(snapshot.lines, edit) for edit in edits]
    workspace = ls.client_capabilities.workspace
    can = workspace.workspace_edit if workspace is not None else None
    if can is not None and can.document_changes:
        document = types.OptionalVersionedTextDocumentIdentifier(uri=suite.uri, version=snapshot.version)
        return types.WorkspaceEdit(
            document_changes=[types.TextDocumentEdit(text_document=document, edits=list(changes))]
        )
    return types.WorkspaceEdit(changes={suite.uri: changes})


async def will_rename_files(ls: Server, params: types.RenameFilesParams) -> None:
    """
    Take the baselines of suites along to their new names; no text has to be edited for it.
    """
    for file in params.files:
        old, new = path_of(file.old_uri), path_of(file.new_uri)
        if old is not None and new is not None:
            await _move_suites(ls, old, new)


async def did_rename_files(ls: Server, params: types.RenameFilesParams) -> None:
    """
    The same, for a client that tells only afterwards.
    """
    await will_rename_files(ls, params)


async def adopt_moved(ls: Server, suite: SuiteState) -> None:
    """
    Let a suite without baselines take those of a suite that is gone and asked the same: it was moved.
    """
    entry, snapshot = ls.entry_of(suite), await ls.read(suite)
    if entry is None or snapshot is None or not ls.trust.allows(entry.root):
        return
    from llmentary.services.keep import find_moved_suite

    name, store = snapshot.parsed.name, entry.project.store
    if not _is_suite(name):
        return
    try:
        async with entry.approving:
            former = await asyncio.to_thread(find_moved_suite, entry.project, name, snapshot.cases.keys())
            if former is None:
                return
            await asyncio.to_thread(store.rename, former, name)
    except LlmentaryError as exc:
        _log.warning("adopting baselines failed: %s", type(exc).__name__)
        return
    ls.tell(f"`{name}` keeps what was approved as `{former}`", types.MessageType.Info)
    ls.display.touch(suite)


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
        if name in headings and _is_in(place, span):
            return block, name, span
    return None


def _is_in(place: Position, span: Span) -> bool:
    return span.start <= place <= span.end


def _rename_case(snapshot: Snapshot, block: BlockOutline, new: str) -> list[Edit]:
    if not _NAME.fullmatch(new) or "::" in new:
        raise JsonRpcException(
            "a name is one word without `::` that does not start with `#`", _REQUEST_FAILED
        )
    if (
        any(one.block.header.name == new for one in snapshot.reading.records)
        and new != block.head.header.name
    ):
        raise JsonRpcException(f"another case is called `{new}` already", _REQUEST_FAILED)
    span = block.head.header.name_span
    assert span is not None
    return [Edit(span, new)]


def _rename_param(snapshot: Snapshot, block: BlockOutline, old: str, new: str) -> list[Edit]:
    if not _PARAM.fullmatch(new):
        raise JsonRpcException("a parameter is one word without braces, `|` or `\\`", _REQUEST_FAILED)
    if new in block.names and new != old:
        raise JsonRpcException(f"another column is called `{new}` already", _REQUEST_FAILED)
    edits = [Edit(param_headings(snapshot.reading, block)[old], new)]
    edits += [Edit(span, new) for name, span in param_uses(snapshot.reading, block) if name == old]
    return edits


async def _follow(ls: Server, suite: SuiteState, snapshot: Snapshot, edits: list[Edit]) -> None:
    """
    Remember which cases become which.
    """
    entry = ls.entry_of(suite)
    if entry is None:
        return
    text = apply_edits(snapshot.reading.lines, edits)
    project = entry.project

    def read(name: str) -> str:
        return project.read_inside(suite.path, name)

    after = read_again(split_lines(text), None, read_params=read)
    before = list(snapshot.cases)
    fresh = [case.key for case in after.suite.cases]
    if len(before) == len(fresh):
        ls.renames.add(suite, [(old, new) for old, new in zip(before, fresh, strict=True) if old != new])


async def _move_suites(ls: Server, old: Path, new: Path) -> None:
    entry = ls.projects.of(old.parent)
    if entry is None or not ls.trust.allows(entry.root):
        return
    former, fresh = suite_name(entry.root, old), suite_name(entry.root, new)
    names = [former] if old.suffix == ".llmtest" else []
    if not names:
        kept = await asyncio.to_thread(entry.project.store.suites)
        names = [name for name in kept if name.startswith(f"{former}/")]
    for name in names:
        target = fresh + name[len(former) :]
        if not _is_suite(name, target):
            continue
        try:
            async with entry.approving:
                if await asyncio.to_thread(_has_baselines, entry.project.store.suites, name):
                    await asyncio.to_thread(entry.project.store.rename, name, target)
        except LlmentaryError as exc:
            ls.tell(str(exc))
            continue
        _move_results(ls, entry.root / name, entry.root / target)


def _is_suite(*names: str) -> bool:
    return all(name.endswith(".llmtest") and not Path(name).is_absolute() for name in names)


def _has_baselines(suites: object, name: str) -> bool:
    assert callable(suites)
    kept: Iterable[str] = suites()
    return name in kept


def _move_results(ls: Server, old: Path, new: Path) -> None:
    """
    Keep showing what is known of a renamed suite's cases.
    """
    former = ls.suites.get(old)
    if former is None:
        return
    suite = ls.suites.at(new, uri_of(new))
    suite.cases = {**former.cases, **suite.cases}
    suite.settled = suite.settled or former.settled
    ls.display.touch(suite)


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(prepare_rename)
    server.feature(types.TEXT_DOCUMENT_RENAME, OFFERS[types.TEXT_DOCUMENT_RENAME])(rename)
    server.feature(types.WORKSPACE_WILL_RENAME_FILES, OFFERS[types.WORKSPACE_WILL_RENAME_FILES])(
        will_rename_files
    )
    server.feature(types.WORKSPACE_DID_RENAME_FILES, OFFERS[types.WORKSPACE_DID_RENAME_FILES])(
        did_rename_files
    )
