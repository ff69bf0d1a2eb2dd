"""
Rename a parameter whose rows are in a file: in that file, and in every suite that uses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from llmentary_regression.core.model import Edit, Span
from llmentary_regression.core.suite.editing import BlockOutline, blocks, param_uses, rename_in_file
from llmentary_regression.lsp.positions import split_lines
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import OpenProject, Snapshot, SuiteState
from llmentary_regression.lsp.uris import file_key, uri_of
from llmentary_regression.lsp.wire import refusal

from ._file_edits import Change, expect_renames


def rows_file(suite: SuiteState, block: BlockOutline) -> Path | None:
    """
    Return the file that a block reads its rows from, or None if it has a table or no rows.
    """
    setting = next((setting for setting in reversed(block.head.settings) if setting.name == "params"), None)
    return suite.path.parent / setting.value if setting is not None and setting.value else None


async def rename_column(
    ls: Server, suite: SuiteState, block: BlockOutline, old: str, new: str
) -> list[Change]:
    """
    Return the edits of the file and of all suites; baselines are renamed once they are applied.

    Raises:
        JsonRpcException: the file cannot be read, or its heading has changed.
    """
    opened, file = ls.project_of(suite), rows_file(suite, block)
    if opened is None or file is None:
        raise refusal(f"nothing says where `{old}` comes from")
    text = await _text_of(ls, opened, suite, file)
    renamed = rename_in_file(file.name, text, old, new)
    if not renamed.edits:
        raise refusal(f"`{file.name}` does not contain `{old}` any more; try again in a moment")
    document = ls.document_at(uri_of(file))
    version = document.version if document is not None else None
    changes = [Change(uri_of(file), version, split_lines(text), renamed.edits)]
    ls.baseline_renames.expect_rows(file, text, new)
    for user, snapshot in await _suites_with_rows_of(ls, opened, file):

        def read(name: str, user: SuiteState = user) -> str:
            is_file = file_key(user.path.parent / name) == file_key(file)
            return renamed.text if is_file else opened.project.read_inside(user.path, name)

        edits = [Edit(span, new) for span in _uses(user, snapshot, file, old)]
        await expect_renames(ls, user, snapshot, edits, read)
        if edits:
            changes.append(Change(user.uri, snapshot.version, snapshot.lines, edits))
    return changes


async def _text_of(ls: Server, opened: OpenProject, suite: SuiteState, file: Path) -> str:
    document = ls.document_at(uri_of(file))
    if document is not None:
        return document.source
    try:
        return await asyncio.to_thread(opened.project.read_inside, suite.path, str(file))
    except OSError as exc:
        raise refusal(f"cannot read `{file.name}` ({exc.strerror}), so nothing was renamed") from exc
    except ValueError as exc:
        raise refusal(f"cannot read `{file.name}` ({exc}), so nothing was renamed") from exc


async def _suites_with_rows_of(
    ls: Server, opened: OpenProject, file: Path
) -> list[tuple[SuiteState, Snapshot]]:
    """
    Return the suites that read rows from a file, including those that are not open.
    """
    found = []
    for path in await asyncio.to_thread(opened.project.find_suites):
        ls.suite_of(path)
    for suite in ls.suites_of(opened):
        snapshot = await ls.read(suite)
        if snapshot is not None and any(
            file_key(suite.path.parent / name) == file_key(file) for name in snapshot.reading.files
        ):
            found.append((suite, snapshot))
    return found


def _uses(suite: SuiteState, snapshot: Snapshot, file: Path, name: str) -> Iterator[Span]:
    for block in blocks(snapshot.reading):
        rows = rows_file(suite, block)
        if rows is not None and file_key(rows) == file_key(file):
            yield from (span for use, span in param_uses(snapshot.reading, block) if use == name)
