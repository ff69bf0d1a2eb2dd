"""
Start and end, and changes of folders, settings and trust.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from lsprotocol import types

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.features.watched_files import register_watchers
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import apply_settings, read_folder_settings, read_settings
from llmentary_regression.lsp.uris import uri_of
from llmentary_regression.lsp.wire import parse_known_fields, parse_params

_log = logging.getLogger(__name__)


def apply_options(ls: Server, options: object) -> None:
    """
    Apply what the client sent in `initialize`. Nothing is read or run before `initialized`.
    """
    known = parse_known_fields(protocol.InitializationOptions, options)
    ls.trust.granted = known.get("trusted")
    ls.client_knows_custom_messages = known.get("messages", "trusted" in known)
    ls.inbox.is_wanted = known.get("canCapture", False)
    ls.interpreter_of_client = known.get("interpreter") or None
    ls.client_can_pin = known.get("canPin", False)
    ls.client_can_diff = known.get("canDiff", False)
    apply_settings(ls, known.get("settings"))


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    """
    Open the workspace's projects, and show their problems.
    """
    ls.run_in_background(register_watchers(ls))
    ls.run_in_background(_open_projects(ls))


async def shutdown(ls: Server, params: None) -> None:
    """
    End runs and workers before answering: the client may kill the process right after.
    """
    await ls.close()


async def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """
    Apply the editor's settings: those sent along, else those that the client gives when asked.
    """
    await read_settings(ls, params.settings)
    await ls.status.reload_settings()


async def did_change_folders(ls: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """
    Open the projects of new folders.
    """
    ls.run_in_background(_open_projects(ls))


async def trust(ls: Server, params: Any) -> None:
    """
    Apply the client's trust; if it is withdrawn, everything that is running ends.
    """
    granted = parse_params(protocol.TrustParams, params)["trusted"]
    ls.trust.granted = granted
    if not granted:
        await ls.runs.cancel_all()
        await ls.projects.close()
    for suite in ls.suites:
        ls.scheduler.mark_dirty(suite)
    await ls.inbox.follow_trust()
    ls.status.publish()


def cancel_progress(ls: Server, params: types.WorkDoneProgressCancelParams) -> None:
    """
    Stop the run whose progress the user cancelled.
    """
    ls.runs.cancel_token(params.token)


async def _open_projects(ls: Server) -> None:
    """
    Show the problems of all suites below the workspace's folders, open or not, one by one.
    """
    if await read_folder_settings(ls):
        await ls.status.reload_settings()
    for folder in ls.folders:
        opened = ls.projects.of(folder)
        if opened is None:
            continue
        ls.status.announce(opened)
        try:
            paths = await asyncio.to_thread(opened.project.find_suites)
        except OSError as exc:
            _log.warning("looking for suites failed: %s", type(exc).__name__)
            continue
        for path in paths:
            if not path.is_relative_to(folder.resolve()):
                continue
            suite = ls.suites.at(path, uri_of(path))
            if suite.snapshot is None and suite.document is None:
                await ls.read(suite)
                ls.scheduler.mark_dirty(suite, lenses=False)
    await ls.inbox.follow_trust()
    ls.status.publish()


def register(server: Server) -> None:
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.SHUTDOWN)(shutdown)
    server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change_folders)
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancel_progress)
    server.feature(protocol.TRUST)(trust)
