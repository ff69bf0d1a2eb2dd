"""
Renamed and moved suite files, and folders of them: their baselines go along.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.lsp.offers import OFFERS
from llmentary_regression.lsp.positions import path_of, uri_of
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import SuiteState
from llmentary_regression.storage.files import suite_name

_log = logging.getLogger(__name__)


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
    from llmentary_regression.services.approve import find_moved_suite

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
    server.feature(types.WORKSPACE_WILL_RENAME_FILES, OFFERS[types.WORKSPACE_WILL_RENAME_FILES])(
        will_rename_files
    )
    server.feature(types.WORKSPACE_DID_RENAME_FILES, OFFERS[types.WORKSPACE_DID_RENAME_FILES])(
        did_rename_files
    )
