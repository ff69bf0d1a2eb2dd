"""
Tests of `lsp/requests/cases.py`.
"""

from __future__ import annotations

from lsp_editor import MakeEditor

TABLE = "=== capital #geo\n@params\n| country |\n| France |\n| Norway |\n\nCapital?\n\n=== b\n\nB?\n"


async def test_cases_hang_under_their_table(editor: MakeEditor) -> None:
    """
    A table is an item; its rows name it as their parent and show their values.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", TABLE, version=4)

    found = await client.request("llmentary/cases", {"uri": uri})

    assert found["version"] == 4
    assert [(item["label"], item["parent"], item["row"]) for item in found["items"]] == [
        ("capital", None, None),
        ("capital[France]", "table:capital", "France"),
        ("capital[Norway]", "table:capital", "Norway"),
        ("b", None, None),
    ]
    assert found["items"][1]["range"]["start"]["line"] == 3
    assert found["items"][0]["tags"] == ["geo"]


async def test_cases_carry_their_result(editor: MakeEditor) -> None:
    """
    A test explorer that is opened late shows earlier results.
    """
    client = editor(answers={"A?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "A?\n")
    await client.run(uri)

    found = await client.request("llmentary/cases", {"uri": uri})

    assert found["items"][0]["update"]["verdict"] == "new"


async def test_all_suites_are_listed(editor: MakeEditor) -> None:
    """
    With their path below the project, including those that are not open.
    """
    client = editor({"deep/b.llmtest": "B?\n", "a.llmtest": "A?\n"})
    await client.start()

    found = await client.request("llmentary/suites")

    assert [item["name"] for item in found["suites"]] == ["a.llmtest", "deep/b.llmtest"]
