"""
Renamed and moved suite files and folders: their baselines move with them.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from lsprotocol import types

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import OpenProject, SuiteState
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.lsp.uris import path_of, uri_of
from llmentary_regression.storage.files import suite_name

_log = logging.getLogger(__name__)


async def will_rename_files(ls: Server, params: types.RenameFilesParams) -> None:
    """
    Move the baselines of suites to their new names; no text has to be edited.
    """
    for file in params.files:
        old, new = path_of(file.old_uri), path_of(file.new_uri)
        if old is not None and new is not None:
            await _move_suites(ls, old, new)


async def did_rename_files(ls: Server, params: types.RenameFilesParams) -> None:
    """
    Do the same for a client that only reports it afterwards.
    """
    await will_rename_files(ls, params)


async def adopt_moved(ls: Server, suite: SuiteState) -> None:
    """
    Let a suite without baselines take over those of a suite that is gone and asked the same: it was moved.
    """
    opened, snapshot = ls.project_of(suite), await ls.read(suite)
    if opened is None or snapshot is None or not ls.trust.allows(opened.root):
        return
    from llmentary_regression.services.approve import find_moved_suite, move_suite

    name = snapshot.parsed.name
    if not _is_suite(name):
        return
    try:
        async with opened.approving:
            previous = await asyncio.to_thread(find_moved_suite, opened.project, name, snapshot.cases.keys())
            if previous is None:
                return
            await asyncio.to_thread(move_suite, opened.project, previous, name)
    except LlmentaryError as exc:
        _log.warning("adopting baselines failed: %s", type(exc).__name__)
        return
    ls.show_message(f"`{name}` keeps what was approved as `{previous}`", types.MessageType.Info)
    ls.scheduler.mark_dirty(suite)


async def _move_suites(ls: Server, old: Path, new: Path) -> None:
    from llmentary_regression.services.approve import move_suite

    opened = ls.projects.of(old.parent)
    if opened is None or not ls.trust.allows(opened.root):
        return
    old_name, new_name = suite_name(opened.root, old), suite_name(opened.root, new)
    names = [old_name] if old.suffix == ".llmtest" else []
    if not names:
        stored = await asyncio.to_thread(opened.project.store.suites)
        names = [name for name in stored if name.startswith(f"{old_name}/")]
    for name in names:
        target = new_name + name[len(old_name) :]
        if not _is_suite(name, target):
            continue
        try:
            async with opened.approving:
                if await asyncio.to_thread(_has_baselines, opened, name):
                    await asyncio.to_thread(move_suite, opened.project, name, target)
        except LlmentaryError as exc:
            ls.show_message(str(exc))
            continue
        _move_results(ls, opened.root / name, opened.root / target)


def _is_suite(*names: str) -> bool:
    return all(name.endswith(".llmtest") and not Path(name).is_absolute() for name in names)


def _has_baselines(opened: OpenProject, name: str) -> bool:
    return name in opened.project.store.suites()


def _move_results(ls: Server, old: Path, new: Path) -> None:
    """
    Keep the results of a renamed suite's cases.
    """
    previous = ls.suites.get(old)
    if previous is None:
        return
    suite = ls.suites.at(new, uri_of(new))
    suite.cases = {**previous.cases, **suite.cases}
    suite.saved_wordings = suite.saved_wordings or previous.saved_wordings
    ls.scheduler.mark_dirty(suite)


def register(server: Server) -> None:
    server.feature(types.WORKSPACE_WILL_RENAME_FILES, STATIC_CAPABILITIES[types.WORKSPACE_WILL_RENAME_FILES])(
        will_rename_files
    )
    server.feature(types.WORKSPACE_DID_RENAME_FILES, STATIC_CAPABILITIES[types.WORKSPACE_DID_RENAME_FILES])(
        did_rename_files
    )
