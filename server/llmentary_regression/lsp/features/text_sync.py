"""
Documents as the client opens, edits, saves and closes them.
"""

from __future__ import annotations

from lsprotocol import types

from llmentary_regression.lsp.features import file_renames as moving
from llmentary_regression.lsp.offers import OFFERS
from llmentary_regression.lsp.positions import Document, path_of
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import suite_saved


def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """
    Take the client's text in place of the file's.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is None:
        return
    document = ls.workspace.get_text_document(params.text_document.uri)
    suite.uri = params.text_document.uri
    suite.document = document if isinstance(document, Document) else None
    suite.snapshot = None
    entry = ls.entry_of(suite)
    if entry is not None:
        ls.standing.announce(entry)
    ls.display.touch(suite, lenses=False)
    ls.start(moving.adopt_moved(ls, suite))


def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """
    Show the suite anew.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is not None:
        ls.display.touch_edited(suite)


def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """
    Go by the file again: unsaved edits are gone.
    """
    suite = ls.suite_at(params.text_document.uri)
    if suite is not None:
        suite.document = None
        suite.snapshot = None
        ls.display.touch(suite, lenses=False)


async def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    """
    Ask what is new or edited in a saved suite; a saved Python file makes earlier answers old.
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
    server.feature(types.TEXT_DOCUMENT_DID_SAVE, OFFERS[types.TEXT_DOCUMENT_DID_SAVE])(did_save)
