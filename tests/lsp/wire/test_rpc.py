"""
Tests of `lsp/wire/_rpc.py`: what pygls 2.1 does wrong and this server does not.
"""

import asyncio
import json
import logging
from typing import Any

import pytest

from lsp_editor import MakeEditor


async def test_shutdown_while_a_command_is_pending(editor: MakeEditor) -> None:
    """
    Shutdown is answered during a run, and ends the run.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    _, pending = client.post("llmentary/run", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    assert await client.request("shutdown") is None

    assert (await asyncio.wait_for(pending, 90))["error"]["code"] == -32800
    assert (client.pool.stopped, client.pool.closed) == (1, 1)


async def test_requests_after_shutdown_are_answered(editor: MakeEditor) -> None:
    """
    A late request gets an error instead of silence.
    """
    client = editor()
    await client.start()
    await client.request("shutdown")

    response = await client.respond("textDocument/hover", {})

    assert response["error"]["code"] == -32600


async def test_requests_before_initialize_are_answered(editor: MakeEditor) -> None:
    """
    As the protocol requires.
    """
    client = editor()

    assert (await client.respond("textDocument/hover", {}))["error"]["code"] == -32002


async def test_malformed_params_are_answered(editor: MakeEditor) -> None:
    """
    A request whose parameters cannot be read is an error of that request, without a message to the user.
    """
    client = editor()
    await client.start()

    response = await client.respond("textDocument/hover", {"position": "here"})

    assert response["error"]["code"] == -32602
    assert client.shown() == []


async def test_garbage_is_answered(editor: MakeEditor) -> None:
    """
    Bytes that are not JSON, and JSON that is not a message, do not stop the server.
    """
    client = editor()
    await client.start()

    client.server.protocol.receive(b"\xff{")
    client.server.protocol.receive(b"[1, 2]")
    client.notify("textDocument/didChange", {"nonsense": True})

    errors = [message["error"]["code"] for message in client.messages if "error" in message]
    assert errors == [-32700, -32600]
    assert await client.lenses(client.uri("none.llmtest")) == []


async def test_edits_leave_no_futures_behind(editor: MakeEditor) -> None:
    """
    A day of typing must not fill up memory.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.lenses(uri)
    await asyncio.sleep(0)
    before = len(client.server.protocol._request_futures)

    for version in range(2, 50):
        client.edit(uri, f"Open {version}?\n", version)
    await asyncio.sleep(0)

    assert len(client.server.protocol._request_futures) <= before


async def test_a_failing_handler_pops_no_message(
    editor: MakeEditor, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The error's text may quote an answer: the log has its type and line, and the user sees no message.
    """
    client = editor()
    await client.start()

    def fail(ls: Any, params: Any) -> None:
        raise ValueError("a secret answer")

    client.server.feature("llmentary/fail")(fail)
    with caplog.at_level(logging.INFO, logger="llmentary_regression"):
        client.notify("llmentary/fail", {})

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("llmentary")]
    assert any("failed" in text.lower() or "Error" in text for text in ours)
    assert not any("secret" in text for text in ours)
    assert client.shown() == []


async def test_no_log_holds_an_answer(editor: MakeEditor, caplog: pytest.LogCaptureFixture) -> None:
    """
    Not even the most verbose level, pygls's included, logs an answer.
    """
    client = editor(answers={"Open?": "Zweihundertvierzig."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")

    with caplog.at_level(logging.DEBUG, logger="llmentary_regression"):
        await client.run(uri)
        await client.hover(uri, 0)
        await client.command("llmentary.approveCases", {"uri": uri})
        await client.until(lambda: client.codes(uri) == [])

    assert not any(
        "hundert" in record.getMessage() for record in caplog.records if record.name.startswith("llmentary")
    )


async def test_keys_named_like_methods_are_read(editor: MakeEditor) -> None:
    """
    pygls would make named tuples of our parameters, where `keys` and `count` are methods.
    """
    client = editor(answers={"Open?": "Yes.", "Closed?": "No."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\nClosed?\n")
    (first,) = [case["key"] for case in await client.run(uri) if case["label"] == "Open?"]

    cases = await client.run(uri, first)

    assert [case["label"] for case in cases] == ["Open?"]
    assert json.loads(json.dumps(cases)) == cases
