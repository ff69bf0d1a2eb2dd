"""
Rename a parameter whose rows stand in a file: in that file, and in every suite that takes rows from it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from llmentary_regression.core.model import Edit, Span
from llmentary_regression.core.suite.editing import BlockOutline, blocks, param_uses, rename_in_file
from llmentary_regression.lsp.positions import place_key, split_lines, uri_of
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Entry, Snapshot, SuiteState
from llmentary_regression.lsp.wire import refusal

from ._file_edits import Change, follow


def rows_file(suite: SuiteState, block: BlockOutline) -> Path | None:
    """
    Return the file that a block takes its rows from, or None where it has a table or no rows.
    """
    setting = next((one for one in reversed(block.head.settings) if one.name == "params"), None)
    return suite.path.parent / setting.value if setting is not None and setting.value else None


async def rename_column(
    ls: Server, suite: SuiteState, block: BlockOutline, old: str, new: str
) -> list[Change]:
    """
    Return the edits of the file and of all suites, and have the baselines follow once they are made.

    Raises:
        JsonRpcException: the file cannot be read, or has another heading by now.
    """
    entry, file = ls.entry_of(suite), rows_file(suite, block)
    if entry is None or file is None:
        raise refusal(f"nothing says where `{old}` comes from")
    text = await _text_of(ls, entry, suite, file)
    renamed = rename_in_file(file.name, text, old, new)
    if not renamed.edits:
        raise refusal(f"`{file.name}` has no `{old}` by now; try again when the suite was read anew")
    document = ls.document_at(uri_of(file))
    version = document.version if document is not None else None
    changes = [Change(uri_of(file), version, split_lines(text), renamed.edits)]
    ls.renames.expect_rows(file, text, new)
    for user, snapshot in await _users(ls, entry, file):

        def read(name: str, user: SuiteState = user) -> str:
            is_it = place_key(user.path.parent / name) == place_key(file)
            return renamed.text if is_it else entry.project.read_inside(user.path, name)

        edits = [Edit(span, new) for span in _uses(user, snapshot, file, old)]
        await follow(ls, user, snapshot, edits, read)
        if edits:
            changes.append(Change(user.uri, snapshot.version, snapshot.lines, edits))
    return changes


async def _text_of(ls: Server, entry: Entry, suite: SuiteState, file: Path) -> str:
    document = ls.document_at(uri_of(file))
    if document is not None:
        return document.source
    try:
        return await asyncio.to_thread(entry.project.read_inside, suite.path, str(file))
    except OSError as exc:
        raise refusal(f"cannot read `{file.name}` ({exc.strerror}), so nothing was renamed") from exc
    except ValueError as exc:
        raise refusal(f"cannot read `{file.name}` ({exc}), so nothing was renamed") from exc


async def _users(ls: Server, entry: Entry, file: Path) -> list[tuple[SuiteState, Snapshot]]:
    """
    Return the suites that take rows from a file, those included that nobody has opened.
    """
    found = []
    for path in await asyncio.to_thread(entry.project.find_suites):
        ls.suite_of(path)
    for suite in ls.suites_of(entry):
        snapshot = await ls.read(suite)
        if snapshot is not None and any(
            place_key(suite.path.parent / name) == place_key(file) for name in snapshot.reading.files
        ):
            found.append((suite, snapshot))
    return found


def _uses(suite: SuiteState, snapshot: Snapshot, file: Path, name: str) -> Iterator[Span]:
    for block in blocks(snapshot.reading):
        rows = rows_file(suite, block)
        if rows is not None and place_key(rows) == place_key(file):
            yield from (span for use, span in param_uses(snapshot.reading, block) if use == name)
