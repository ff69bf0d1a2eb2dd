"""
Follow what changes on disk: suites, baselines, settings and the user's Python files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from llmentary_regression.core.model import CaseResult, ExpectKind
from llmentary_regression.lsp.positions import path_of, place_key
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Entry, SuiteState, is_of_others, judge_again

_ROWS = (".csv", ".jsonl")

WATCHED = (
    "**/*.llmtest",
    "**/*.{csv,jsonl,json}",
    "**/.llmentary/**",
    "**/llmentary.toml",
    "**/pyproject.toml",
    "**/*.py",
)
"""JSON files as a suite may name them as schemas."""

_SETTINGS_FILES = frozenset({"pyproject.toml", "llmentary.toml"})


async def register_watchers(ls: Server) -> None:
    """
    Ask the client to watch files, if it can be asked.
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
        return  # the client said that it could, and then would not: saves are still noticed


async def did_change_watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """
    Sort changes by what they are, and act once for each kind.
    """
    code: list[Path] = []
    kept: set[Path] = set()
    schemas: set[Path] = set()
    has_new_settings = False
    for change in params.changes:
        path = path_of(change.uri)
        if path is None:
            continue
        if path.suffix == ".llmtest":
            _suite_changed(ls, path, change)
        elif ".llmentary" in path.parts:
            # Every run writes into the history; no answer is judged by it.
            if path.parent.parts[-2:] != (".llmentary", "history"):
                kept.add(path)
        elif path.name in _SETTINGS_FILES:
            has_new_settings = True
        elif path.suffix == ".py":
            code.append(path)
        elif path.suffix in _ROWS:
            _rows_changed(ls, path)
        elif path.suffix == ".json":
            schemas.add(path)
    if has_new_settings or any(path.name == ".llmentary" for path in kept):
        await ls.standing.reload_settings()
    ls.code_watch.code_changed(code)
    await _schemas_changed(ls, schemas)
    for entry in _entries_with(ls, kept):
        await baselines_changed(ls, entry)


async def baselines_changed(ls: Server, entry: Entry) -> None:
    """
    Judge the answers at hand by the baselines that are there now.
    """
    for suite in ls.suites_of(entry):
        if any(state.result is not None for state in suite.cases.values()):
            await judge_again(ls, entry, suite)
            await asyncio.sleep(0)


def _suite_changed(ls: Server, path: Path, change: types.FileEvent) -> None:
    is_gone = change.type == types.FileChangeType.Deleted
    suite = ls.suites.get(path)
    if suite is None:
        entry = ls.projects.of(path)
        if is_gone or entry is None or is_of_others(Path(place_key(path)), entry.root):
            return
        suite = ls.suites.at(path, change.uri)
    if suite.document is not None:
        return  # the editor's text goes first
    suite.snapshot = None
    if is_gone:
        ls.display.publish(suite.uri, "suite", [])
        ls.news.suite_gone(suite)
        ls.suites.forget(path)
    else:
        ls.display.touch(suite)


def _rows_changed(ls: Server, path: Path) -> None:
    """
    Read the suites again that take rows from a file.
    """
    for suite in ls.suites:
        if suite.snapshot is not None and _names(suite, suite.snapshot.reading.files, path):
            suite.snapshot = None
            ls.display.touch(suite)


async def _schemas_changed(ls: Server, paths: set[Path]) -> None:
    """
    Judge the answers at hand anew that have to fit a schema which has changed.
    """
    for suite in ls.suites if paths else ():
        entry = ls.entry_of(suite)
        keys = {
            key
            for key, state in suite.cases.items()
            if state.result is not None
            and any(_names(suite, _schemas_of(state.result), path) for path in paths)
        }
        if keys and entry is not None:
            await judge_again(ls, entry, suite, keys, with_failed=True)


def _schemas_of(result: CaseResult) -> list[str]:
    return [one.texts[0] for one in result.settings.expect if one.kind is ExpectKind.JSON_SCHEMA]


def _names(suite: SuiteState, names: Iterable[str], path: Path) -> bool:
    """
    Tell whether one of the names in a suite means the file.
    """
    return any(place_key(suite.path.parent / name) == place_key(path) for name in names)


def _entries_with(ls: Server, paths: Iterable[Path]) -> list[Entry]:
    folders = [path.parents for path in paths]
    return [
        entry
        for entry in ls.projects
        if any(entry.root in parents or entry.root.resolve() in parents for parents in folders)
    ]


def register(server: Server) -> None:
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change_watched_files)
