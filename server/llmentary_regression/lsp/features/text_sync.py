"""
Documents as the client opens, edits, saves and closes them.
"""

from __future__ import annotations

from lsprotocol import types

from llmentary_regression.lsp.features.file_renames import adopt_moved
from llmentary_regression.lsp.positions import Document
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import suite_saved
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.lsp.uris import path_of


def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """
    Use the client's text instead of the file's.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is None:
        return
    document = ls.workspace.get_text_document(params.text_document.uri)
    suite.uri = params.text_document.uri
    suite.document = document if isinstance(document, Document) else None
    suite.snapshot = None
    opened = ls.project_of(suite)
    if opened is not None:
        ls.status.announce(opened)
    ls.scheduler.mark_dirty(suite, lenses=False)
    ls.run_in_background(adopt_moved(ls, suite))


def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """
    Show the edited suite.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is not None:
        ls.scheduler.mark_edited(suite)


def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """
    Use the file's text again: unsaved edits are gone.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is not None:
        suite.document = None
        suite.snapshot = None
        ls.scheduler.mark_dirty(suite, lenses=False)


async def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    """
    Ask new and edited cases of a saved suite; a saved Python file makes earlier answers outdated.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is not None:
        await suite_saved(ls, suite)
        return
    path = path_of(params.text_document.uri)
    if path is not None and path.suffix == ".py":
        ls.code_watch.code_changed([path])


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE, STATIC_CAPABILITIES[types.TEXT_DOCUMENT_DID_SAVE])(did_save)
