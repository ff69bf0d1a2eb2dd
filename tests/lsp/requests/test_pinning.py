"""
Tests of `lsp/requests/pinning.py`, and of approving with pins.
"""

from typing import Any

from lsp_editor import Editor, MakeEditor

QUESTION = "How long may I return a jacket?"
ANSWER = "You may return a jacket within 30 days of delivery; ask for Maria Jones."


async def started(editor: MakeEditor, *, can_pin: bool = True) -> tuple[Any, str, str]:
    """
    Return an editor, its suite and the key of its case, which has just been answered.
    """
    one = editor(answers={QUESTION: ANSWER})
    await one.start(options={"trusted": True, "canPin": can_pin})
    uri = one.open("a.llmtest", f"{QUESTION}\n")
    (case,) = await one.run(uri)
    return one, uri, case["key"]


async def answer(one: Editor, uri: str, text: str) -> tuple[str, str]:
    one.pool.answers[QUESTION] = text
    (case,) = await one.run(uri)
    return case["verdict"], case["reason"]


async def test_the_facts_of_the_answer_at_hand_are_offered(editor: MakeEditor) -> None:
    """
    The likeliest first, each with its kind.
    """
    one, uri, key = await started(editor)

    facts = (await one.request("llmentary/pinnable", {"uri": uri, "key": key}))["facts"]

    assert {"label": "30 days", "kind": "number", "inQuestion": False} in facts[:3]
    assert {fact["label"] for fact in facts} >= {"30 days", "Maria Jones"}


async def test_without_an_answer_the_request_fails_with_the_next_step(editor: MakeEditor) -> None:
    """
    It is no empty list: that would read as if there were nothing to pin.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", f"{QUESTION}\n")

    response = await one.respond("llmentary/pinnable", {"uri": uri, "key": "0" * 16})

    assert "run the question first" in response["error"]["message"]


async def test_approving_with_pins_lets_them_decide(editor: MakeEditor) -> None:
    """
    A phrase with its aliases, from one command.
    """
    one, uri, key = await started(editor)

    await one.command("llmentary.approveCases", {"uri": uri, "pins": {key: [["30 days", "a month"]]}})
    await one.until(lambda: one.codes(uri) == [])

    assert await answer(one, uri, "There is a month for it.") == ("passed", "pins-hold")
    assert await answer(one, uri, "There is a week for it.") == ("changed", "pin-missing")


async def test_what_is_approved_already_can_be_pinned(editor: MakeEditor) -> None:
    """
    By the client's command: a lens over each case that passed would only be in the way.
    """
    one, uri, key = await started(editor)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: one.codes(uri) == [])
    assert [title for _, title in await one.lenses(uri)] == ["Run all in file", "Run regression", "passed"]

    await one.command("llmentary.approveCases", {"uri": uri, "keys": [key], "pins": {key: [["Maria Jones"]]}})
    await one.until(lambda: not one.server.open_projects()[0].approving.locked())

    assert await answer(one, uri, "Maria Jones knows.") == ("passed", "pins-hold")


async def test_a_phrase_that_does_not_occur_is_told_and_nothing_approved(editor: MakeEditor) -> None:
    """
    The case stays new.
    """
    one, uri, key = await started(editor)

    await one.command("llmentary.approveCases", {"uri": uri, "pins": {key: [["90 days"]]}})
    await one.until(lambda: any("90 days" in text for text in one.shown()))

    assert one.codes(uri) == ["new/no-baseline"]
    assert not (one.root / ".llmentary").exists()


async def test_dropped_pins_are_told(editor: MakeEditor) -> None:
    """
    The user approved an answer without the phrase.
    """
    one, uri, key = await started(editor)
    await one.command("llmentary.approveCases", {"uri": uri, "pins": {key: [["30 days"]]}})
    await one.until(lambda: one.codes(uri) == [])
    await answer(one, uri, "Two weeks are all you have.")

    await one.command("llmentary.approveCases", {"uri": uri})

    await one.until(lambda: any("1 pinned phrase does not occur" in text for text in one.shown()))


async def test_a_pin_that_the_editor_names_is_missed_by_its_name(editor: MakeEditor) -> None:
    """
    In the diagnostic, where the developer reads it.
    """
    one, uri, key = await started(editor)
    pin = {"name": "return window", "phrases": ["30 days", "a month"]}

    await one.command("llmentary.approveCases", {"uri": uri, "pins": {key: [pin]}})
    await one.until(lambda: one.codes(uri) == [])
    missed = await answer(one, uri, "There is a week for it.")
    await one.until(lambda: one.codes(uri) == ["changed/pin-missing"])
    await one.command("llmentary.approveCases", {"uri": uri})

    assert missed == ("changed", "pin-missing")
    await one.until(lambda: any("no longer counts: `return window`" in text for text in one.shown()))


async def test_malformed_pins_are_refused(editor: MakeEditor) -> None:
    """
    Each is a list of a phrase and its aliases, or these with a name.
    """
    one, uri, key = await started(editor)

    wrong: list[object] = ["30 days", ["30 days"], [[]], [[1]], [{"name": 1}]]
    for pins in ([], *({key: each} for each in wrong)):
        response = await one.respond(
            "workspace/executeCommand",
            {"command": "llmentary.approveCases", "arguments": [{"uri": uri, "pins": pins}]},
        )
        assert "pins" in response["error"]["message"]


async def test_clients_without_the_command_get_no_lens_or_action_for_it(editor: MakeEditor) -> None:
    """
    It would do nothing there.
    """
    one, uri, _ = await started(editor, can_pin=False)

    assert "Approve and pin…" not in [title for _, title in await one.lenses(uri)]
    assert not any("pin" in action["title"] for action in await one.actions(uri, 0))


async def test_clients_with_the_command_get_lens_and_action(editor: MakeEditor) -> None:
    """
    Both name the case.
    """
    one, uri, key = await started(editor)

    (action,) = [action for action in await one.actions(uri, 0) if "pin" in action["title"]]

    assert "Approve and pin…" in [title for _, title in await one.lenses(uri)]
    assert action["command"]["command"] == "llmentary.approveAndPin"
    assert action["command"]["arguments"] == [{"uri": uri, "keys": [key]}]
