"""
Tests of pinning: `llmentary/pinnable` in `lsp/requests/answers.py`, and approving with pins.
"""

from typing import Any

from lsp_editor import Editor, MakeEditor

QUESTION = "How long may I return a jacket?"
ANSWER = "You may return a jacket within 30 days of delivery; ask for Maria Jones."


async def started(editor: MakeEditor, *, can_pin: bool = True) -> tuple[Any, str, str]:
    """
    Return an editor, its suite and the key of its case, which has just been answered.
    """
    client = editor(answers={QUESTION: ANSWER})
    await client.start(options={"trusted": True, "canPin": can_pin})
    uri = client.open("a.llmtest", f"{QUESTION}\n")
    (case,) = await client.run(uri)
    return client, uri, case["key"]


async def answer(client: Editor, uri: str, text: str) -> tuple[str, str]:
    client.pool.answers[QUESTION] = text
    (case,) = await client.run(uri)
    return case["verdict"], case["reason"]


async def test_the_facts_of_the_current_answer_are_offered(editor: MakeEditor) -> None:
    """
    The likeliest first, each with its kind.
    """
    client, uri, key = await started(editor)

    facts = (await client.request("llmentary/pinnable", {"uri": uri, "key": key}))["facts"]

    assert {"label": "30 days", "kind": "number", "inQuestion": False} in facts[:3]
    assert {fact["label"] for fact in facts} >= {"30 days", "Maria Jones"}


async def test_without_an_answer_the_request_fails_with_the_next_step(editor: MakeEditor) -> None:
    """
    It is not an empty list, which would mean that there is nothing to pin.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", f"{QUESTION}\n")

    response = await client.respond("llmentary/pinnable", {"uri": uri, "key": "0" * 16})

    assert "run the question first" in response["error"]["message"]


async def test_approving_with_pins_lets_them_decide(editor: MakeEditor) -> None:
    """
    A phrase with its aliases, from one command.
    """
    client, uri, key = await started(editor)

    await client.command("llmentary.approveCases", {"uri": uri, "pins": {key: [["30 days", "a month"]]}})
    await client.until(lambda: client.codes(uri) == [])

    assert await answer(client, uri, "There is a month for it.") == ("passed", "pins-hold")
    assert await answer(client, uri, "There is a week for it.") == ("changed", "pin-missing")


async def test_what_is_approved_already_can_be_pinned(editor: MakeEditor) -> None:
    """
    With the client's command: a lens above each case that passed would only be clutter.
    """
    client, uri, key = await started(editor)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: client.codes(uri) == [])
    assert [title for _, title in await client.lenses(uri)] == ["Run all in file", "Run regression", "passed"]

    await client.command(
        "llmentary.approveCases", {"uri": uri, "keys": [key], "pins": {key: [["Maria Jones"]]}}
    )
    await client.until(lambda: not client.server.open_projects()[0].approving.locked())

    assert await answer(client, uri, "Maria Jones knows.") == ("passed", "pins-hold")


async def test_a_phrase_that_does_not_occur_is_told_and_nothing_approved(editor: MakeEditor) -> None:
    """
    The case stays new.
    """
    client, uri, key = await started(editor)

    await client.command("llmentary.approveCases", {"uri": uri, "pins": {key: [["90 days"]]}})
    await client.until(lambda: any("90 days" in text for text in client.shown()))

    assert client.codes(uri) == ["new/no-baseline"]
    assert not (client.root / ".llmentary").exists()


async def test_dropped_pins_are_told(editor: MakeEditor) -> None:
    """
    The user approved an answer without the phrase.
    """
    client, uri, key = await started(editor)
    await client.command("llmentary.approveCases", {"uri": uri, "pins": {key: [["30 days"]]}})
    await client.until(lambda: client.codes(uri) == [])
    await answer(client, uri, "Two weeks are all you have.")

    await client.command("llmentary.approveCases", {"uri": uri})

    await client.until(lambda: any("1 pinned phrase does not occur" in text for text in client.shown()))


async def test_a_pin_that_the_editor_names_is_missed_by_its_name(editor: MakeEditor) -> None:
    """
    In the diagnostic, where the developer sees it.
    """
    client, uri, key = await started(editor)
    pin = {"name": "return window", "phrases": ["30 days", "a month"]}

    await client.command("llmentary.approveCases", {"uri": uri, "pins": {key: [pin]}})
    await client.until(lambda: client.codes(uri) == [])
    missed = await answer(client, uri, "There is a week for it.")
    await client.until(lambda: client.codes(uri) == ["changed/pin-missing"])
    await client.command("llmentary.approveCases", {"uri": uri})

    assert missed == ("changed", "pin-missing")
    await client.until(lambda: any("no longer counts: `return window`" in text for text in client.shown()))


async def test_malformed_pins_are_refused(editor: MakeEditor) -> None:
    """
    Each is a list of a phrase and its aliases, or these with a name.
    """
    client, uri, key = await started(editor)

    wrong: list[object] = ["30 days", ["30 days"], [[]], [[1]], [{"name": 1}]]
    for pins in ([], *({key: each} for each in wrong)):
        response = await client.respond(
            "workspace/executeCommand",
            {"command": "llmentary.approveCases", "arguments": [{"uri": uri, "pins": pins}]},
        )
        assert "pins" in response["error"]["message"]


async def test_clients_without_the_command_get_no_lens_or_action_for_it(editor: MakeEditor) -> None:
    """
    It would do nothing there.
    """
    client, uri, _ = await started(editor, can_pin=False)

    assert "Approve and pin…" not in [title for _, title in await client.lenses(uri)]
    assert not any("pin" in action["title"] for action in await client.actions(uri, 0))


async def test_clients_with_the_command_get_lens_and_action(editor: MakeEditor) -> None:
    """
    Both name the case.
    """
    client, uri, key = await started(editor)

    (action,) = [action for action in await client.actions(uri, 0) if "pin" in action["title"]]

    assert "Approve and pin…" in [title for _, title in await client.lenses(uri)]
    assert action["command"]["command"] == "llmentary.approveAndPin"
    assert action["command"]["arguments"] == [{"uri": uri, "keys": [key]}]
