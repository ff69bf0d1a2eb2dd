"""
The editor's training inbox, from an application's capture to the suite.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.storage.files import project_lock
from llmentary_regression.storage.user import find_inboxes
from llmentary_regression.storage.user._inboxes import InboxAddress
from llmentary_regression.training.captures import Capture
from llmentary_regression.training.transport import Sender
from lsp_editor import Editor, MakeEditor

OPTIONS: Mapping[str, object] = {"trusted": True, "canCapture": True}
ONE = Capture("How long?", "For 30 days.", category="faq", callable="bot:ask")


def announced(editor: Editor) -> list[InboxAddress]:
    return find_inboxes(editor.root, {"LLMENTARY_HOME": str(editor.root.parent / "home")})


async def started(make: MakeEditor, options: Mapping[str, object] = OPTIONS) -> Editor:
    editor = make()
    await editor.start(options=options)
    await editor.until(lambda: editor.sent("llmentary/status") != [])
    await editor.server.inbox.follow_trust()
    return editor


async def bring(editor: Editor, *captures: Capture, **more: Any) -> Sender:
    """
    Send captures as an application does, and wait until the editor shows them.
    """
    (meeting,) = announced(editor)
    sender = Sender(meeting.address, meeting.secret, **more)
    for capture in captures:
        sender.put(capture)
    await editor.until(lambda: len(waiting(editor)) == len(captures))
    return sender


def waiting(editor: Editor) -> list[Any]:
    sent = editor.sent("llmentary/captures")
    return sent[-1]["captures"] if sent else []


async def decide(editor: Editor, **params: Any) -> Any:
    return await editor.request("llmentary/decideCapture", {"root": str(editor.root), **params})


async def test_a_capture_is_shown_and_kept(editor: MakeEditor) -> None:
    """
    The inbox shows it in full; then the suite is written and the application is told.
    """
    decided: list[int] = []
    client = await started(editor)
    sender = await bring(client, ONE, on_decided=decided.append)
    (shown,) = waiting(client)

    result = await decide(client, id=shown["id"], keep=True, tags=["policy"], pins=[["30 days"]])

    assert (shown["question"], shown["answer"], shown["state"]) == ("How long?", "For 30 days.", "new")
    place = (shown["suite"], shown["name"], shown["callable"])
    assert place == (
        "llmtests/faq.llmtest",
        "how-long",
        "bot:ask",
    )
    assert "30 days" in [fact["label"].rstrip(".") for fact in shown["facts"]]
    assert result["done"]
    text = (client.root / "llmtests/faq.llmtest").read_text()
    assert text == "=== how-long #policy\n\nHow long?\n"
    assert result["uri"] == (client.root / "llmtests/faq.llmtest").as_uri()
    assert waiting(client) == []
    await client.until(lambda: decided == [1])
    client.pool.answers["How long?"] = "For 30 days."
    assert [case["verdict"] for case in await client.run(result["uri"])] == ["passed"]
    sender.stop()


async def test_the_server_answers_while_a_capture_waits_for_the_lock(editor: MakeEditor) -> None:
    """
    Another program may hold the project's lock for seconds; saving a capture does not block the server.
    """
    client = await started(editor)
    uri = client.open("a.llmtest", "Open?\n")
    sender = await bring(client, ONE)

    with project_lock(client.root):
        _, saved = client.post(
            "llmentary/decideCapture",
            {"root": str(client.root), "id": waiting(client)[0]["id"], "keep": True},
        )
        assert await client.state(uri) == "not run"
        assert not saved.done()

    assert (await saved)["result"]["done"]
    sender.stop()


async def test_a_capture_is_dropped(editor: MakeEditor) -> None:
    """
    Nothing is written.
    """
    client = await started(editor)
    sender = await bring(client, ONE)

    result = await decide(client, id=waiting(client)[0]["id"], keep=False)
    again = await decide(client, id=1, keep=True)

    assert result["done"]
    assert not again["done"]
    assert not (client.root / "llmtests").exists()
    sender.stop()


async def test_what_was_decided_elsewhere_vanishes(editor: MakeEditor) -> None:
    """
    The terminal of `train` decided first.
    """
    client = await started(editor)
    sender = await bring(client, ONE, ONE)

    sender.withdraw(1)
    await client.until(lambda: len(waiting(client)) == 1)

    assert waiting(client)[0]["id"] == 2
    sender.stop()


async def test_unsaved_suites_are_not_written_over(editor: MakeEditor) -> None:
    """
    The developer saves first.
    """
    client = await started(editor)
    uri = client.open("llmtests/faq.llmtest", "Old?\n")
    client.edit(uri, "Old, changed?\n", 2)
    sender = await bring(client, ONE)

    result = await decide(client, id=1, keep=True)

    assert not result["done"]
    assert "save `faq.llmtest` first" in result["message"]
    assert (client.root / "llmtests/faq.llmtest").read_text() == "Old?\n"
    sender.stop()


@pytest.mark.parametrize("options", [{"trusted": False, "canCapture": True}, {"trusted": True}])
async def test_nobody_listens_where_nobody_would_see(
    editor: MakeEditor, options: Mapping[str, object]
) -> None:
    """
    Neither in an untrusted folder, nor for a client without an inbox.
    """
    client = await started(editor, options)

    assert announced(client) == []


async def test_trust_opens_and_closes_the_inbox(editor: MakeEditor) -> None:
    """
    And the end of the server removes its address.
    """
    client = await started(editor, {"trusted": False, "canCapture": True})
    client.notify("llmentary/trust", {"trusted": True})
    await client.until(lambda: len(announced(client)) == 1)
    address = announced(client)[0].address

    client.notify("llmentary/trust", {"trusted": False})
    await client.until(lambda: announced(client) == [])

    await client.until(lambda: not Path(address).exists())


async def test_the_server_ends_with_captures_waiting(editor: MakeEditor) -> None:
    """
    They are dropped, the application continues, and nothing is left behind.
    """
    client = await started(editor)
    sender = await bring(client, ONE)

    await client.server.close()
    await asyncio.to_thread(sender.flush, 2.0)

    assert announced(client) == []
    sender.put(ONE)
    sender.stop()
