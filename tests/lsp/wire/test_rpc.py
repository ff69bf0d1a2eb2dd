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
    Shutdown is answered while a run is going on, and ends the run.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    _, pending = one.post("llmentary/run", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    assert await one.request("shutdown") is None

    assert (await asyncio.wait_for(pending, 90))["error"]["code"] == -32800
    assert (one.pool.stopped, one.pool.closed) == (1, 1)


async def test_requests_after_shutdown_are_answered(editor: MakeEditor) -> None:
    """
    A late request gets an error instead of silence.
    """
    one = editor()
    await one.start()
    await one.request("shutdown")

    response = await one.respond("textDocument/hover", {})

    assert response["error"]["code"] == -32600


async def test_requests_before_initialize_are_answered(editor: MakeEditor) -> None:
    """
    As the protocol wants it.
    """
    one = editor()

    assert (await one.respond("textDocument/hover", {}))["error"]["code"] == -32002


async def test_malformed_params_are_answered(editor: MakeEditor) -> None:
    """
    A request whose parameters cannot be read is an error of that request, without a message to the user.
    """
    one = editor()
    await one.start()

    response = await one.respond("textDocument/hover", {"position": "here"})

    assert response["error"]["code"] == -32602
    assert one.shown() == []


async def test_garbage_is_answered(editor: MakeEditor) -> None:
    """
    Bytes that are no JSON, and JSON that is no message, leave the server running.
    """
    one = editor()
    await one.start()

    one.server.protocol.receive(b"\xff{")
    one.server.protocol.receive(b"[1, 2]")
    one.notify("textDocument/didChange", {"nonsense": True})

    errors = [message["error"]["code"] for message in one.messages if "error" in message]
    assert errors == [-32700, -32600]
    assert await one.lenses(one.uri("none.llmtest")) == []


async def test_edits_leave_no_futures_behind(editor: MakeEditor) -> None:
    """
    A day of typing must not fill the memory.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.lenses(uri)
    await asyncio.sleep(0)
    before = len(one.server.protocol._request_futures)

    for version in range(2, 50):
        one.edit(uri, f"Open {version}?\n", version)
    await asyncio.sleep(0)

    assert len(one.server.protocol._request_futures) <= before


async def test_a_failing_handler_pops_no_message(
    editor: MakeEditor, caplog: pytest.LogCaptureFixture
) -> None:
    """
    The error's text may quote anything: the log names its type and place, and the user is left in peace.
    """
    one = editor()
    await one.start()

    def fail(ls: Any, params: Any) -> None:
        raise ValueError("a secret answer")

    one.server.feature("llmentary/fail")(fail)
    with caplog.at_level(logging.INFO, logger="llmentary_regression"):
        one.notify("llmentary/fail", {})

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("llmentary")]
    assert any("failed" in text.lower() or "Error" in text for text in ours)
    assert not any("secret" in text for text in ours)
    assert one.shown() == []


async def test_no_log_holds_an_answer(editor: MakeEditor, caplog: pytest.LogCaptureFixture) -> None:
    """
    Not even the most talkative level, pygls's included, writes what was answered.
    """
    one = editor(answers={"Open?": "Zweihundertvierzig."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")

    with caplog.at_level(logging.DEBUG, logger="llmentary_regression"):
        await one.run(uri)
        await one.hover(uri, 0)
        await one.command("llmentary.approveCases", {"uri": uri})
        await one.until(lambda: one.codes(uri) == [])

    assert not any(
        "hundert" in record.getMessage() for record in caplog.records if record.name.startswith("llmentary")
    )


async def test_keys_named_like_methods_are_read(editor: MakeEditor) -> None:
    """
    pygls would make named tuples of our parameters, where `keys` and `count` are methods.
    """
    one = editor(answers={"Open?": "Yes.", "Closed?": "No."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\nClosed?\n")
    (first,) = [case["key"] for case in await one.run(uri) if case["label"] == "Open?"]

    cases = await one.run(uri, first)

    assert [case["label"] for case in cases] == ["Open?"]
    assert json.loads(json.dumps(cases)) == cases
