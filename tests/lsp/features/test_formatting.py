"""
Tests of `lsp/features/formatting.py`.
"""

from lsp_editor import MakeEditor


async def test_a_suite_is_formatted_by_small_edits(editor: MakeEditor) -> None:
    """
    Only what differs is edited, with the document's own line ends.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "A?\r\n=== b\r\nB?\r\n")

    edits = await client.request(
        "textDocument/formatting",
        {"textDocument": {"uri": uri}, "options": {"tabSize": 4, "insertSpaces": True}},
    )

    assert [(edit["range"]["start"]["line"], edit["newText"]) for edit in edits] == [(1, "\r\n"), (2, "\r\n")]
