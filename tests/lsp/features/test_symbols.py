"""
Tests of `lsp/features/symbols.py`.
"""

import pytest

from lsp_editor import MakeEditor

TREE = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
SUITE = "# one\n# two\nPlain?\n=== capital\n@params\n| x |\n| 1 |\n| 2 |\n\nA {{x}}?\n\n=== b\n\nB?\n"


async def test_rows_stand_below_their_table(editor: MakeEditor) -> None:
    """
    The outline is a tree of two levels.
    """
    client = editor()
    await client.start(capabilities=TREE)
    uri = client.open("a.llmtest", SUITE)

    found = await client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})

    assert [item["name"] for item in found] == ["Plain?", "capital", "b"]
    assert [item["name"] for item in found[1]["children"]] == ["1", "2"]
    assert found[2]["range"]["end"]["line"] == 13


async def test_a_client_without_trees_gets_a_list(editor: MakeEditor) -> None:
    """
    Each case with its location.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", SUITE)

    found = await client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})

    assert [item["name"] for item in found] == ["Plain?", "capital[1]", "capital[2]", "b"]


async def test_cases_of_closed_suites_are_found_by_name_and_question(editor: MakeEditor) -> None:
    """
    The workspace's symbols span all suites.
    """
    client = editor({"deep/c.llmtest": "=== refunds\n\nHow long can I return it?\n"})
    await client.start()
    await client.until(lambda: len(list(client.server.suites)) == 1)

    by_name = await client.request("workspace/symbol", {"query": "REFUN"})
    by_question = await client.request("workspace/symbol", {"query": "return it"})
    none = await client.request("workspace/symbol", {"query": "nowhere"})

    assert [item["name"] for item in by_name] == ["refunds"]
    assert by_question[0]["containerName"] == "deep/c.llmtest"
    assert none == []


async def test_blocks_tables_and_comments_fold(editor: MakeEditor) -> None:
    """
    A fold ends at the last line with text.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", SUITE)

    found = await client.request("textDocument/foldingRange", {"textDocument": {"uri": uri}})

    assert sorted((item["startLine"], item["endLine"]) for item in found) == [
        (0, 1),
        (3, 9),
        (5, 7),
        (11, 13),
    ]


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", 15), ("utf-16", 9), ("utf-32", 7)])
async def test_symbols_count_in_the_clients_units(editor: MakeEditor, encoding: str, end: int) -> None:
    """
    Emoji, combining marks and right-to-left text are counted as the client counts them.
    """
    client = editor()
    await client.start(capabilities={**TREE, "general": {"positionEncodings": [encoding]}})
    uri = client.open("a.llmtest", "👩👩e\u0301ש?!\n")

    (found,) = await client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})

    assert found["range"]["end"]["character"] == end
