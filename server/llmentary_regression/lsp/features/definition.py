"""
Go to definition: from a callable to its function, a parameter to its column, a file name to the file.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from lsprotocol import types

from llmentary_regression.core.model import Position
from llmentary_regression.core.suite.editing import (
    block_at,
    find_in_file,
    param_headings,
    param_uses,
    setting_at,
)
from llmentary_regression.core.suite.parsing import SettingLine
from llmentary_regression.lsp.positions import split_lines
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import OpenProject, Snapshot, SuiteState
from llmentary_regression.lsp.uris import uri_of
from llmentary_regression.services.callables import SourceLocation, find_source
from llmentary_regression.storage.files import read_file

from ._column_rename import rows_file

_CALLABLES = frozenset({"callable", "embed", "judge"})
_SCHEMA = re.compile(r'json-schema\s+"?([^"]+)"?')


async def definition(ls: Server, params: types.DefinitionParams) -> types.Location | None:
    """
    Return where the callable, parameter or file at the cursor is defined.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    opened = ls.project_of(suite) if suite is not None else None
    if suite is None or snapshot is None or opened is None:
        return None
    cursor = ls.positions.from_client(snapshot.lines, params.position)
    found = await _param(ls, opened, suite, snapshot, cursor)
    if found is not None:
        return found
    setting = setting_at(snapshot.reading, cursor.line)
    if setting is None:
        return None
    if setting.name in _CALLABLES:
        source = await asyncio.to_thread(find_source, opened.root, setting.value)
        return None if source is None else _in_source(ls, source)
    return _file(opened, suite, setting)


async def _param(
    ls: Server, opened: OpenProject, suite: SuiteState, snapshot: Snapshot, cursor: Position
) -> types.Location | None:
    block = block_at(snapshot.reading, cursor.line)
    if block is None:
        return None
    for name, span in param_uses(snapshot.reading, block):
        if span.start.line == cursor.line and span.start.column - 2 <= cursor.column <= span.end.column + 2:
            heading = param_headings(snapshot.reading, block).get(name)
            if heading is not None:
                return types.Location(suite.uri, ls.positions.to_client_range(snapshot.lines, heading))
            file = rows_file(suite, block)
            return await _to_column(ls, opened, suite, file, name) if file is not None else None
    return None


async def _to_column(
    ls: Server, opened: OpenProject, suite: SuiteState, file: Path, name: str
) -> types.Location | None:
    try:
        text = await asyncio.to_thread(opened.project.read_inside, suite.path, str(file))
        span = find_in_file(file.name, text, name)
    except (OSError, ValueError):
        return None
    if span is None:
        return _to_file(file)
    return types.Location(uri_of(file), ls.positions.to_client_range(split_lines(text), span))


def _file(opened: OpenProject, suite: SuiteState, setting: SettingLine) -> types.Location | None:
    name = setting.value if setting.name == "params" else None
    if setting.name == "expect" and (found := _SCHEMA.search(setting.value)):
        name = found[1]
    if not name:
        return None
    path = (suite.path.parent / name).resolve()
    return _to_file(path) if path.is_relative_to(opened.root.resolve()) else None


def _to_file(path: Path) -> types.Location | None:
    if not path.is_file():
        return None
    top = types.Position(0, 0)
    return types.Location(uri_of(path), types.Range(top, top))


def _in_source(ls: Server, source: SourceLocation) -> types.Location:
    try:
        lines = split_lines(read_file(source.path).decode("utf-8", errors="replace"))
    except OSError:
        lines = [""]
    start = ls.positions.to_client(lines, Position(source.line, source.column))
    return types.Location(uri_of(source.path), types.Range(start, start))


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
