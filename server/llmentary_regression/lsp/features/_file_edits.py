"""
Edits of several files as one, for the client to make; and which cases become which by them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lsprotocol import types

from llmentary_regression.core.model import Edit
from llmentary_regression.core.suite.editing import apply_edits
from llmentary_regression.core.suite.incremental import read_again
from llmentary_regression.lsp.positions import split_lines
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState


@dataclass(frozen=True, slots=True)
class Change:
    """
    The edits of one file.
    """

    uri: str
    version: int | None
    """The open document's version; None for a file on disk."""
    lines: Sequence[str]
    """The client's lines, which the edits' places refer to."""
    edits: Sequence[Edit]


def to_workspace_edit(ls: Server, changes: Sequence[Change]) -> types.WorkspaceEdit:
    """
    Return changes as the client can take them.
    """
    by_uri = {
        change.uri: [ls.units.to_text_edit(change.lines, edit) for edit in change.edits] for change in changes
    }
    workspace = ls.client_capabilities.workspace
    can = workspace.workspace_edit if workspace is not None else None
    if can is None or not can.document_changes:
        return types.WorkspaceEdit(changes=by_uri)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                text_document=types.OptionalVersionedTextDocumentIdentifier(
                    uri=change.uri, version=change.version
                ),
                edits=list(by_uri[change.uri]),
            )
            for change in changes
        ]
    )


async def follow(
    ls: Server,
    suite: SuiteState,
    snapshot: Snapshot,
    edits: Sequence[Edit],
    read_params: Callable[[str], str] | None = None,
) -> None:
    """
    Remember which cases become which once a suite is edited.

    Args:
        read_params: reads the files of rows as they will be; as they are, if they stay the same.
    """
    entry = ls.entry_of(suite)
    if entry is None:
        return
    project = entry.project

    def read(name: str) -> str:
        return project.read_inside(suite.path, name)

    text = apply_edits(snapshot.reading.lines, edits)
    after = read_again(split_lines(text), None, read_params=read_params or read)
    before = list(snapshot.cases)
    fresh = [case.key for case in after.suite.cases]
    if len(before) == len(fresh):
        ls.renames.add(suite, [(old, new) for old, new in zip(before, fresh, strict=True) if old != new])
