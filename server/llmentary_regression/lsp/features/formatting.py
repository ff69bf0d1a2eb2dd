"""
Formatting of suites.
"""

from __future__ import annotations

from lsprotocol import types

from llmentary_regression.core.model import Edit
from llmentary_regression.core.suite.editing import format_suite
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot


async def formatting(ls: Server, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    """
    Format a suite; what it asks stays the same.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if snapshot is None:
        return []
    end = _line_end(snapshot)
    return [
        ls.positions.to_text_edit(snapshot.lines, Edit(edit.span, edit.text.replace("\n", end)))
        for edit in format_suite(snapshot.reading)
    ]


def _line_end(snapshot: Snapshot) -> str:
    first = snapshot.lines[0]
    return next((end for end in ("\r\n", "\n", "\r") if first.endswith(end)), "\n")


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_FORMATTING)(formatting)
