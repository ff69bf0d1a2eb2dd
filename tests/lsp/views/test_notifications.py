"""
Tests of `lsp/views/_notifications.py`.
"""

from __future__ import annotations

from lsp_editor import MakeEditor


async def test_results_of_any_run_are_streamed(editor: MakeEditor) -> None:
    """
    A run by a lens reports its start, each result and its end, with no case unanswered.
    """
    client = editor(answers={"A?": "Yes.", "B?": "No."})
    await client.start()
    uri = client.open("a.llmtest", "A?\nB?\n")

    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: len(client.sent("llmentary/runState")) == 2)

    started, finished = client.sent("llmentary/runState")
    assert (started["state"], len(started["suites"][0]["keys"])) == ("started", 2)
    assert (finished["state"], finished["suites"], finished["wasCancelled"]) == ("finished", [], False)
    update = [item for params in client.sent("llmentary/results") for item in params["results"]]
    assert [(item["label"], item["state"], item["isApprovable"]) for item in update] == [
        ("A?", "new", True),
        ("B?", "new", True),
    ]


async def test_a_clients_name_for_a_run_comes_back(editor: MakeEditor) -> None:
    """
    So that a client can tell its own runs from others.
    """
    client = editor(answers={"A?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "A?\n")

    await client.request("llmentary/run", {"uri": uri, "token": "mine"})

    assert [params["token"] for params in client.sent("llmentary/runState")] == ["mine", "mine"]


async def test_a_client_that_knows_no_such_messages_gets_none(editor: MakeEditor) -> None:
    """
    Other editors would log each of them as unknown.
    """
    client = editor(answers={"A?": "Yes."})
    await client.start(options={"messages": False, "trusted": True})
    uri = client.open("a.llmtest", "A?\n")

    await client.run(uri)

    assert not [m for m in client.messages if m.get("method", "").startswith("llmentary/")]


async def test_the_client_is_notified_of_changed_cases(editor: MakeEditor) -> None:
    """
    Once for each change of the cases, and not for a change that does not affect them.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "=== a\n\nA?\n")
    await client.until(lambda: client.sent("llmentary/casesChanged") == [{"uri": uri, "isGone": False}])

    client.edit(uri, "=== a\n\nA, really?\n", 2)
    client.edit(uri, "=== a\n\nA?\n\n=== b\n\nB?\n", 3)
    await client.until(lambda: len(client.sent("llmentary/casesChanged")) == 2)
    (client.root / "a.llmtest").unlink()
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    await client.until(lambda: {"uri": uri, "isGone": True} in client.sent("llmentary/casesChanged"))
