"""
Tests of `lsp/requests/commands.py`, `lsp/session/_start_runs.py` and `lsp/session/_approvals.py`.
"""

import pytest

from lsp_editor import MakeEditor


async def test_a_command_returns_before_the_work_is_done(editor: MakeEditor) -> None:
    """
    Clients may wait for a command's answer, so it comes at once.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()

    assert await client.command("llmentary.runCases", {"uri": uri}) == {"started": True}

    client.pool.gate.set()
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])


async def test_all_suites_can_be_run(editor: MakeEditor) -> None:
    """
    `llmentary.runAll` takes no argument.
    """
    client = editor({"b.llmtest": "Closed?\n"}, {"Closed?": "No."})
    await client.start()

    assert await client.command("llmentary.runAll") == {"started": True}

    await client.until(lambda: client.codes(client.uri("b.llmtest")) == ["new/no-baseline"])


async def test_approving_writes_one_baseline_and_no_answer(editor: MakeEditor) -> None:
    """
    After approval the case passes, and its answer is in no file.
    """
    client = editor(answers={"Open?": "Zweihundertvierzig."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)

    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: client.codes(uri) == [])

    assert await client.state(uri) == "passed"
    files = [path for path in client.root.rglob("*") if path.is_file()]
    assert any(path.parent.parent.name == "baselines" for path in files)
    assert not any(b"hundert" in path.read_bytes() for path in files)


async def test_only_requested_verdicts_are_approved(editor: MakeEditor) -> None:
    """
    "Approve all new" leaves out changed answers, which need a closer look.
    """
    client = editor(answers={"Fee?": "It is 30 euros for each and every person that comes along."})
    await client.start()
    uri = client.open("a.llmtest", "Fee?\nOpen?\n")
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: "new/no-baseline" not in client.codes(uri))
    client.pool.answers = {
        "Fee?": "It is 14 euros for each and every person that comes along.",
        "Open?": "Yes.",
    }
    await client.run(uri)
    await client.until(lambda: len(client.codes(uri)) == 2)

    await client.command("llmentary.approveCases", {"uri": uri, "verdicts": ["new"]})

    await client.until(lambda: client.codes(uri) == ["changed/number-differs"])


async def test_without_an_answer_nothing_is_approved(editor: MakeEditor) -> None:
    """
    The user is told what to do first.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")

    await client.command("llmentary.approveCases", {"uri": uri})

    await client.until(lambda: any("run the question first" in message for message in client.shown()))


@pytest.mark.parametrize(
    "argument",
    [{}, {"uri": 3}, {"uri": "file:///x.py"}, {"uri": "file:///x.llmtest", "keys": "all"}, "x", None],
)
async def test_malformed_arguments_are_answered(editor: MakeEditor, argument: object) -> None:
    """
    A malformed argument is an error of the request, never silence.
    """
    client = editor()
    await client.start()

    response = await client.respond(
        "workspace/executeCommand", {"command": "llmentary.runCases", "arguments": [argument]}
    )

    assert response["error"]["code"] == -32602


async def test_an_unknown_command_is_answered(editor: MakeEditor) -> None:
    """
    As any other malformed request.
    """
    client = editor()
    await client.start()

    response = await client.respond("workspace/executeCommand", {"command": "llmentary.dance"})

    assert response["error"]["code"] == -32602


async def test_a_read_only_folder_is_told(editor: MakeEditor, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    If the baseline cannot be written, the user is told why, and the answer still waits.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)
    client.write_file(".llmentary", "a file where a folder should be")

    await client.command("llmentary.approveCases", {"uri": uri})

    await client.until(lambda: any(".llmentary" in message for message in client.shown()))
    assert await client.state(uri) == "new"


async def test_what_has_passed_cannot_be_rejected(editor: MakeEditor) -> None:
    """
    Rejecting the answers of a whole suite means those that wait for a decision.
    """
    client = editor(answers={"Open?": "Yes.", "Closed?": "No."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\nClosed?\n")
    cases = await client.run(uri)
    (open_key,) = [case["key"] for case in cases if case["label"] == "Open?"]
    await client.command("llmentary.approveCases", {"uri": uri, "keys": [open_key]})
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])

    await client.command("llmentary.rejectCases", {"uri": uri})

    assert await client.state(uri, 0) == "passed"
    assert await client.state(uri, 1) == "new (rejected)"
