"""
Tests of `lsp/features/lifecycle.py` and `lsp/session/_projects.py`.
"""

import asyncio

from llmentary_regression.lsp.protocol import COMMANDS
from lsp_editor import MakeEditor


async def test_nothing_runs_in_an_untrusted_workspace(editor: MakeEditor) -> None:
    """
    Problems and lenses are shown, and each way to run says why nothing runs.
    """
    client = editor({"pyproject.toml": ""}, {"Open?": "Yes."})
    await client.start(options={"trusted": False})
    uri = client.open("a.llmtest", "@nonsense\nOpen?\n")
    await client.until(lambda: "LLM001" in client.codes(uri))

    client.save(uri)
    answer = await client.command("llmentary.runCases", {"uri": uri})
    everything = await client.command("llmentary.runAll")
    response = await client.respond("llmentary/run", {"uri": uri})

    assert answer["started"] is False and "untrusted" in answer["message"]
    assert everything["started"] is False
    assert "untrusted" in response["error"]["message"]
    assert client.pool.asked == []
    assert all(status["interpreter"] is None for status in client.sent("llmentary/status"))


async def test_trust_that_comes_later_is_enough(editor: MakeEditor) -> None:
    """
    No restart is needed.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start(options={"trusted": False})
    uri = client.open("a.llmtest", "Open?\n")
    await client.lenses(uri)

    client.notify("llmentary/trust", {"trusted": True})

    await client.until(lambda: client.sent("llmentary/status")[-1]["trusted"])
    assert [case["verdict"] for case in await client.run(uri)] == ["new"]


async def test_withdrawn_trust_ends_what_runs(editor: MakeEditor) -> None:
    """
    The callable is stopped at once.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    client.notify("llmentary/trust", {"trusted": False})

    await client.until(lambda: client.pool.stopped == 1)


async def test_a_client_without_trust_learns_once_how_to_allow(editor: MakeEditor) -> None:
    """
    Other editors have no notion of trust: there, `llmentary trust` decides.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start(options={})
    uri = client.open("a.llmtest", "Open?\n")

    response = await client.respond("llmentary/run", {"uri": uri})

    assert "llmentary trust" in response["error"]["message"]
    assert len([message for message in client.shown() if "llmentary trust" in message]) == 1
    assert client.pool.asked == []


async def test_settings_of_the_editor_are_the_weakest(editor: MakeEditor) -> None:
    """
    They apply unless the project says otherwise, and so does a change of them.
    """
    client = editor({"llmentary.toml": ""}, {"Open?": "Yes."})
    await client.start(options={"trusted": True, "settings": {}})
    uri = client.open("a.llmtest", "Open?\n")
    assert [case["reason"] for case in await client.run(uri)] == ["no-callable"]

    client.notify("workspace/didChangeConfiguration", {"settings": {"llmentary": {"callable": "bot:ask"}}})

    await client.until(lambda: client.sent("llmentary/status")[-1]["callable"] == "bot:ask")
    assert [case["verdict"] for case in await client.run(uri)] == ["new"]


async def test_settings_are_asked_for_when_none_are_sent(editor: MakeEditor) -> None:
    """
    Newer clients only say that something changed.
    """
    client = editor({"llmentary.toml": ""})
    client.replies["workspace/configuration"] = [{"callable": "bot:ask"}]
    await client.start(capabilities={"workspace": {"configuration": True}})
    client.open("a.llmtest", "Open?\n")

    client.notify("workspace/didChangeConfiguration", {"settings": None})

    await client.until(lambda: client.sent("llmentary/status")[-1:] != [])
    await client.until(lambda: client.sent("llmentary/status")[-1]["callable"] == "bot:ask")


async def test_each_folder_has_its_own_project(editor: MakeEditor) -> None:
    """
    Two roots below one folder have their own settings.
    """
    client = editor(
        {"one/llmentary.toml": "callable = 'bot:ask'\n", "two/llmentary.toml": ""}, {"Open?": "Yes."}
    )
    await client.start()
    first = client.open("one/a.llmtest", "Open?\n")
    second = client.open("two/a.llmtest", "Open?\n")

    assert [case["verdict"] for case in await client.run(first)] == ["new"]
    assert [case["reason"] for case in await client.run(second)] == ["no-callable"]


async def test_the_server_names_itself_and_its_commands(editor: MakeEditor) -> None:
    """
    Clients register the commands without being told.
    """
    client = editor()

    result = await client.start()

    assert result["serverInfo"]["name"] == "llmentary"
    assert result["capabilities"]["executeCommandProvider"]["commands"] == list(COMMANDS)


async def test_each_folder_of_a_workspace_has_the_editors_settings_for_it(editor: MakeEditor) -> None:
    """
    A callable and a Python may be set for one folder only; the project's own settings take precedence.
    """
    files = {
        "one/llmentary.toml": "",
        "two/llmentary.toml": "",
        "three/llmentary.toml": "interpreter = '/project/python'\n",
    }
    client = editor(files, {"Open?": "Yes."})
    client.replies["workspace/configuration"] = [
        {"callable": "bot:ask", "interpreter": "/one/python"},
        {"interpreter": "/two/python"},
        {"interpreter": "/three/python"},
    ]
    names = ["one", "two", "three"]
    await client.start(
        capabilities={"workspace": {"configuration": True, "workspaceFolders": True}},
        options={"trusted": True, "interpreter": "/general/python"},
        folders=names,
    )
    await client.until(lambda: len({status["root"] for status in client.sent("llmentary/status")}) == 3)

    opened = [client.server.projects.of(client.root / name) for name in names]
    interpreters = [None if each is None else each.project.settings.interpreter for each in opened]
    first = await client.run(client.open("one/a.llmtest", "Open?\n"))
    second = await client.run(client.open("two/a.llmtest", "Open?\n"))

    assert [item["scopeUri"] for item in client.sent("workspace/configuration")[0]["items"]] == [
        client.uri(name) for name in names
    ]
    assert interpreters == ["/one/python", "/two/python", "/project/python"]
    assert [case["verdict"] for case in first] == ["new"]
    assert [case["reason"] for case in second] == ["no-callable"]


async def test_a_folder_that_goes_takes_its_settings_along(editor: MakeEditor) -> None:
    """
    With one folder left, the editor's general settings apply again.
    """
    client = editor({"one/llmentary.toml": "", "two/llmentary.toml": ""}, {"Open?": "Yes."})
    client.replies["workspace/configuration"] = [{}, {"callable": "bot:ask"}]
    await client.start(
        capabilities={"workspace": {"configuration": True, "workspaceFolders": True}},
        options={"trusted": True, "settings": {"callable": "general:ask"}},
        folders=["one", "two"],
    )
    await client.until(lambda: len(client.sent("llmentary/status")) >= 2)
    folder = {"uri": client.uri("two"), "name": "two"}

    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})

    await client.until(lambda: client.sent("llmentary/status")[-1]["callable"] == "general:ask")


async def test_what_waits_to_be_shown_ends_with_the_server(editor: MakeEditor) -> None:
    """
    A server that has ended shows neither what was scheduled nor what changes later.
    """
    client = editor(answers={"Return?": "Yes."})
    await client.start()
    await client.run(client.open("a.llmtest", "Return?\n"))
    (suite,) = client.server.suites
    client.server.scheduler.mark_dirty(suite)

    await client.server.close()
    client.server.scheduler.mark_dirty(suite)
    client.server.scheduler.mark_edited(suite)
    client.server.scheduler.flush()

    assert asyncio.all_tasks() == {asyncio.current_task()}
