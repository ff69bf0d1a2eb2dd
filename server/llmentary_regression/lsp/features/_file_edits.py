"""
Edits of several files for the client to apply, and the case keys that change with them.
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
    """The client's lines, which the edits' spans refer to."""
    edits: Sequence[Edit]


def to_workspace_edit(ls: Server, changes: Sequence[Change]) -> types.WorkspaceEdit:
    """
    Return changes in the form that the client supports.
    """
    by_uri = {
        change.uri: [ls.positions.to_text_edit(change.lines, edit) for edit in change.edits]
        for change in changes
    }
    workspace = ls.client_capabilities.workspace
    supported = workspace.workspace_edit if workspace is not None else None
    if supported is None or not supported.document_changes:
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


async def expect_renames(
    ls: Server,
    suite: SuiteState,
    snapshot: Snapshot,
    edits: Sequence[Edit],
    read_params: Callable[[str], str] | None = None,
) -> None:
    """
    Remember which case keys change when a suite is edited.

    Args:
        read_params: reads a file of rows as it will be; without it, files are read as they are.
    """
    opened = ls.project_of(suite)
    if opened is None:
        return
    project = opened.project

    def read(name: str) -> str:
        return project.read_inside(suite.path, name)

    text = apply_edits(snapshot.reading.lines, edits)
    after = read_again(split_lines(text), None, read_params=read_params or read)
    before = list(snapshot.cases)
    new = [case.key for case in after.suite.cases]
    if len(before) == len(new):
        ls.baseline_renames.add(suite, [pair for pair in zip(before, new, strict=True) if pair[0] != pair[1]])
