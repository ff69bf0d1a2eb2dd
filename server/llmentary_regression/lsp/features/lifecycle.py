"""
The start and the end, and what the client says meanwhile of folders, settings and trust.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lsprotocol import types

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.features.watched_files import register_watchers
from llmentary_regression.lsp.positions import uri_of
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import read_folder_settings, read_settings, take_settings

_log = logging.getLogger(__name__)


def take_options(ls: Server, options: object) -> None:
    """
    Take what the client handed over in `initialize`. Nothing is read or run before `initialized`.
    """
    if not isinstance(options, dict):
        return
    trusted = options.get("trusted")
    ls.trust.granted = trusted if isinstance(trusted, bool) else None
    knows = options.get("messages")
    ls.client_knows_us = knows if isinstance(knows, bool) else isinstance(trusted, bool)
    ls.inbox.is_wanted = options.get("canCapture") is True
    ls.interpreter_of_client = _text(options.get("interpreter"))
    ls.client_can_pin = options.get("canPin") is True
    ls.client_can_diff = options.get("canDiff") is True
    take_settings(ls, options.get("settings"))


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    """
    Open the workspace's projects, and show what should be mended in them.
    """
    ls.start(register_watchers(ls))
    ls.start(_look_around(ls))


async def shutdown(ls: Server, params: None) -> None:
    """
    End runs and workers before the client is answered: it may kill the process right after.
    """
    await ls.close()


async def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """
    Take the editor's settings: those sent along, else those that the client gives when asked.
    """
    await read_settings(ls, params.settings)
    await ls.standing.reload_settings()


async def did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """
    Look around in new folders.
    """
    ls.start(_look_around(ls))


async def trust(ls: Server, params: Any) -> None:
    """
    Take the client's word on trust; withdrawn trust ends what is running.
    """
    granted = params.get("trusted") if isinstance(params, dict) else None
    if not isinstance(granted, bool):
        return
    ls.trust.granted = granted
    if not granted:
        await ls.runs.cancel_all()
        await ls.projects.close()
    for suite in ls.suites:
        ls.display.touch(suite)
    await ls.inbox.follow_trust()
    ls.standing.tell()


def cancel_progress(ls: Server, params: types.WorkDoneProgressCancelParams) -> None:
    """
    Stop the run whose progress the user cancelled.
    """
    ls.runs.cancel_token(params.token)


async def _look_around(ls: Server) -> None:
    """
    Show the problems of all suites below the workspace's folders, open or not, bit by bit.
    """
    if await read_folder_settings(ls):
        await ls.standing.reload_settings()
    for folder in ls.folders:
        entry = ls.projects.of(folder)
        if entry is None:
            continue
        ls.standing.announce(entry)
        try:
            paths = await asyncio.to_thread(entry.project.find_suites)
        except OSError as exc:
            _log.warning("looking for suites failed: %s", type(exc).__name__)
            continue
        for path in paths:
            if not path.is_relative_to(folder.resolve()):
                continue
            suite = ls.suites.at(path, uri_of(path))
            if suite.snapshot is None and suite.document is None:
                await ls.read(suite)
                ls.display.touch(suite, lenses=False)
    await ls.inbox.follow_trust()
    ls.standing.tell()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def register(server: Server) -> None:
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_folders)
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancel_progress)
    server.feature(protocol.TRUST)(trust)
