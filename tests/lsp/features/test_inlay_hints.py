"""
Tests of `lsp/features/inlay_hints.py`.
"""

from typing import Any

from lsp_editor import Editor, MakeEditor

LONG = "You can return a jacket within {} days of delivery for a full refund."


async def hints_of(client: Editor, uri: str) -> list[Any]:
    """
    Return the hints of the first lines.
    """
    top = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}
    hints = await client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": top})
    return list(hints)


async def test_hints_say_when_an_answer_was_approved(editor: MakeEditor) -> None:
    """
    And how similar a changed answer is; the hover shows the same line.
    """
    client = editor(answers={"Return?": LONG.format(30)})
    await client.start(options={"trusted": True, "messages": False})
    uri = client.open("a.llmtest", "Return?\nNew?\n")
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: len(client.codes(uri)) == 1)
    client.pool.answers["Return?"] = LONG.format(14)
    await client.run(uri)

    hints = await hints_of(client, uri)

    assert [hint["position"] for hint in hints] == [{"line": 0, "character": 7}]
    assert hints[0]["label"].startswith("approved 20")
    assert hints[0]["label"].endswith("% alike")
    assert "approved 20" in await client.hover(uri, 0)


async def test_hints_are_refreshed_after_an_approval(editor: MakeEditor) -> None:
    """
    Without a request, editors fetch hints only when a text changes or is scrolled.
    """
    client = editor(answers={"Return?": LONG.format(30)})
    await client.start()
    uri = client.open("a.llmtest", "Return?\n")
    await client.run(uri)
    await hints_of(client, uri)
    before = len(client.sent("workspace/inlayHint/refresh"))

    await client.command("llmentary.approveCases", {"uri": uri})

    await client.until(lambda: len(client.sent("workspace/inlayHint/refresh")) > before)


async def test_a_hint_gives_way_to_the_message_of_the_test_explorer(editor: MakeEditor) -> None:
    """
    VS Code shows the message of a failed test after the line, where the hint would be.
    """
    client = editor(answers={"Return?": LONG.format(30)})
    await client.start()
    uri = client.open("a.llmtest", "Return?\n")
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: bool(client.sent("llmentary/approved")))
    assert len(await hints_of(client, uri)) == 1

    client.pool.answers["Return?"] = LONG.format(14)
    await client.run(uri)

    assert await hints_of(client, uri) == []
    assert "% alike" in await client.hover(uri, 0)
