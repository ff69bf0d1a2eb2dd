"""
Tests of `lsp/layout.py`.
"""

from collections.abc import Callable
from typing import Any

import pytest


async def test_a_suite_is_formatted_by_small_edits(editor: Callable[..., Any]) -> None:
    """
    Only what differs is edited, with the document's own line ends.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "A?\r\n=== b\r\nB?\r\n")

    edits = await one.request(
        "textDocument/formatting",
        {"textDocument": {"uri": uri}, "options": {"tabSize": 4, "insertSpaces": True}},
    )

    assert [(edit["range"]["start"]["line"], edit["newText"]) for edit in edits] == [(1, "\r\n"), (2, "\r\n")]


@pytest.mark.parametrize(("encoding", "data"), [("utf-8", 8), ("utf-16", 6), ("utf-32", 5)])
async def test_parameters_are_coloured(editor: Callable[..., Any], encoding: str, data: int) -> None:
    """
    Where the column is named and where a row is filled in, counted in the client's units.
    """
    one = editor()
    await one.start(capabilities={"general": {"positionEncodings": [encoding]}})
    uri = one.open("a.llmtest", "=== a\n@params\n| x |\n| 1 |\n\n👩 a{{x}} {{y}}\n")
    document = {"textDocument": {"uri": uri}}

    whole = await one.request("textDocument/semanticTokens/full", document)
    part = await one.request(
        "textDocument/semanticTokens/range",
        {**document, "range": {"start": {"line": 4, "character": 0}, "end": {"line": 6, "character": 0}}},
    )

    assert whole["data"] == [2, 2, 1, 0, 1, 3, data, 1, 0, 0]
    assert part["data"] == [5, data, 1, 0, 0]
