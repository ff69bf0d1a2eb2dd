"""
Files that change on disk: suites, baselines, settings and the user's Python files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from llmentary_regression.core.model import CaseResult, ExpectKind
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import OpenProject, SuiteState, is_third_party, judge_again
from llmentary_regression.lsp.uris import file_key, path_of

_ROWS_SUFFIXES = (".csv", ".jsonl")

WATCHED = (
    "**/*.llmtest",
    "**/*.{csv,jsonl,json}",
    "**/.llmentary/**",
    "**/llmentary.toml",
    "**/pyproject.toml",
    "**/*.py",
)
"""JSON files are included since a suite may name them as schemas."""

_SETTINGS_FILES = frozenset({"pyproject.toml", "llmentary.toml"})


async def register_watchers(ls: Server) -> None:
    """
    Ask the client to watch files, if it supports that.
    """
    workspace = ls.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace is not None else None
    if watching is None or not watching.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions(
        watchers=[types.FileSystemWatcher(glob_pattern=pattern) for pattern in WATCHED]
    )
    registration = types.Registration(
        id="llmentary-files", method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES, register_options=options
    )
    try:
        await ls.client_register_capability_async(types.RegistrationParams(registrations=[registration]))
    except JsonRpcException:
        return  # the client said that it could, and then refused; saves are still noticed


async def did_change_watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """
    Group changes by kind of file, and act once for each kind.
    """
    code: list[Path] = []
    stored: set[Path] = set()
    schemas: set[Path] = set()
    has_new_settings = False
    for change in params.changes:
        path = path_of(change.uri)
        if path is None:
            continue
        if path.suffix == ".llmtest":
            _suite_changed(ls, path, change)
        elif ".llmentary" in path.parts:
            # Every run writes to the history, which no answer is judged by.
            if path.parent.parts[-2:] != (".llmentary", "history"):
                stored.add(path)
        elif path.name in _SETTINGS_FILES:
            has_new_settings = True
        elif path.suffix == ".py":
            code.append(path)
        elif path.suffix in _ROWS_SUFFIXES:
            _rows_changed(ls, path)
        elif path.suffix == ".json":
            schemas.add(path)
    if has_new_settings or any(path.name == ".llmentary" for path in stored):
        await ls.status.reload_settings()
    ls.code_watch.code_changed(code)
    await _schemas_changed(ls, schemas)
    for opened in _projects_with(ls, stored):
        await baselines_changed(ls, opened)


async def baselines_changed(ls: Server, opened: OpenProject) -> None:
    """
    Judge the current answers again, since baselines have changed.
    """
    for suite in ls.suites_of(opened):
        if any(state.result is not None for state in suite.cases.values()):
            await judge_again(ls, opened, suite)
            await asyncio.sleep(0)


def _suite_changed(ls: Server, path: Path, change: types.FileEvent) -> None:
    is_gone = change.type == types.FileChangeType.Deleted
    suite = ls.suites.get(path)
    if suite is None:
        opened = ls.projects.of(path)
        if is_gone or opened is None or is_third_party(Path(file_key(path)), opened.root):
            return
        suite = ls.suites.at(path, change.uri)
    if suite.document is not None:
        return  # the editor's text takes precedence
    suite.snapshot = None
    if is_gone:
        ls.scheduler.publish(suite.uri, "suite", [])
        ls.notifications.suite_gone(suite)
        ls.suites.forget(path)
    else:
        ls.scheduler.mark_dirty(suite)


def _rows_changed(ls: Server, path: Path) -> None:
    """
    Read the suites again that use a file of rows.
    """
    for suite in ls.suites:
        if suite.snapshot is not None and _names(suite, suite.snapshot.reading.files, path):
            suite.snapshot = None
            ls.scheduler.mark_dirty(suite)


async def _schemas_changed(ls: Server, paths: set[Path]) -> None:
    """
    Judge the current answers again that have to match a changed schema.
    """
    for suite in ls.suites if paths else ():
        opened = ls.project_of(suite)
        keys = {
            key
            for key, state in suite.cases.items()
            if state.result is not None
            and any(_names(suite, _schemas_of(state.result), path) for path in paths)
        }
        if keys and opened is not None:
            await judge_again(ls, opened, suite, keys, with_failed=True)


def _schemas_of(result: CaseResult) -> list[str]:
    return [
        expectation.texts[0]
        for expectation in result.settings.expect
        if expectation.kind is ExpectKind.JSON_SCHEMA
    ]


def _names(suite: SuiteState, names: Iterable[str], path: Path) -> bool:
    """
    Return whether one of the file names in a suite means the file.
    """
    return any(file_key(suite.path.parent / name) == file_key(path) for name in names)


def _projects_with(ls: Server, paths: Iterable[Path]) -> list[OpenProject]:
    folders = [path.parents for path in paths]
    return [
        opened
        for opened in ls.projects
        if any(opened.root in parents or opened.root.resolve() in parents for parents in folders)
    ]


def register(server: Server) -> None:
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
