"""
Tests of `lsp/features/lifecycle.py`, `lsp/session/_projects.py` and `lsp/session/_projects.py`.
"""

import asyncio

from llmentary_regression.lsp.protocol import COMMANDS
from lsp_editor import MakeEditor


async def test_nothing_runs_in_an_untrusted_workspace(editor: MakeEditor) -> None:
    """
    Problems and lenses are there, and each way to run says why it does not.
    """
    one = editor({"pyproject.toml": ""}, {"Open?": "Yes."})
    await one.start(options={"trusted": False})
    uri = one.open("a.llmtest", "@nonsense\nOpen?\n")
    await one.until(lambda: "LLM001" in one.codes(uri))

    one.save(uri)
    answer = await one.command("llmentary.runCases", {"uri": uri})
    everything = await one.command("llmentary.runAll")
    response = await one.respond("llmentary/run", {"uri": uri})

    assert answer["started"] is False and "untrusted" in answer["message"]
    assert everything["started"] is False
    assert "untrusted" in response["error"]["message"]
    assert one.pool.asked == []
    assert all(status["interpreter"] is None for status in one.sent("llmentary/status"))


async def test_trust_that_comes_later_is_enough(editor: MakeEditor) -> None:
    """
    No restart is needed.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start(options={"trusted": False})
    uri = one.open("a.llmtest", "Open?\n")
    await one.lenses(uri)

    one.notify("llmentary/trust", {"trusted": True})

    await one.until(lambda: one.sent("llmentary/status")[-1]["trusted"])
    assert [case["verdict"] for case in await one.run(uri)] == ["new"]


async def test_withdrawn_trust_ends_what_runs(editor: MakeEditor) -> None:
    """
    The callable is stopped at once.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    one.notify("llmentary/trust", {"trusted": False})

    await one.until(lambda: one.pool.stopped == 1)


async def test_a_client_without_trust_is_told_once_how_to_allow(editor: MakeEditor) -> None:
    """
    Other editors know no trust: there the user's own word counts.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start(options={})
    uri = one.open("a.llmtest", "Open?\n")

    response = await one.respond("llmentary/run", {"uri": uri})

    assert "llmentary trust" in response["error"]["message"]
    assert len([message for message in one.shown() if "llmentary trust" in message]) == 1
    assert one.pool.asked == []


async def test_settings_of_the_editor_are_the_weakest(editor: MakeEditor) -> None:
    """
    They hold until the project says otherwise, and a change of them is put in force.
    """
    one = editor({"llmentary.toml": ""}, {"Open?": "Yes."})
    await one.start(options={"trusted": True, "settings": {}})
    uri = one.open("a.llmtest", "Open?\n")
    assert [case["reason"] for case in await one.run(uri)] == ["no-callable"]

    one.notify("workspace/didChangeConfiguration", {"settings": {"llmentary": {"callable": "bot:ask"}}})

    await one.until(lambda: one.sent("llmentary/status")[-1]["callable"] == "bot:ask")
    assert [case["verdict"] for case in await one.run(uri)] == ["new"]


async def test_settings_are_asked_for_when_none_are_sent(editor: MakeEditor) -> None:
    """
    Newer clients say only that something changed.
    """
    one = editor({"llmentary.toml": ""})
    one.replies["workspace/configuration"] = [{"callable": "bot:ask"}]
    await one.start(capabilities={"workspace": {"configuration": True}})
    one.open("a.llmtest", "Open?\n")

    one.notify("workspace/didChangeConfiguration", {"settings": None})

    await one.until(lambda: one.sent("llmentary/status")[-1:] != [])
    await one.until(lambda: one.sent("llmentary/status")[-1]["callable"] == "bot:ask")


async def test_each_folder_has_its_own_project(editor: MakeEditor) -> None:
    """
    Two roots below one folder go by their own settings.
    """
    one = editor(
        {"one/llmentary.toml": "callable = 'bot:ask'\n", "two/llmentary.toml": ""}, {"Open?": "Yes."}
    )
    await one.start()
    first = one.open("one/a.llmtest", "Open?\n")
    second = one.open("two/a.llmtest", "Open?\n")

    assert [case["verdict"] for case in await one.run(first)] == ["new"]
    assert [case["reason"] for case in await one.run(second)] == ["no-callable"]


async def test_the_server_names_itself_and_its_commands(editor: MakeEditor) -> None:
    """
    Clients register the commands by themselves.
    """
    one = editor()

    result = await one.start()

    assert result["serverInfo"]["name"] == "llmentary"
    assert result["capabilities"]["executeCommandProvider"]["commands"] == list(COMMANDS)


async def test_each_folder_of_a_workspace_has_the_editors_settings_for_it(editor: MakeEditor) -> None:
    """
    A callable, and a Python, may be set for one folder alone; the project's own settings still win.
    """
    files = {
        "one/llmentary.toml": "",
        "two/llmentary.toml": "",
        "three/llmentary.toml": "interpreter = '/project/python'\n",
    }
    one = editor(files, {"Open?": "Yes."})
    one.replies["workspace/configuration"] = [
        {"callable": "bot:ask", "interpreter": "/one/python"},
        {"interpreter": "/two/python"},
        {"interpreter": "/three/python"},
    ]
    names = ["one", "two", "three"]
    await one.start(
        capabilities={"workspace": {"configuration": True, "workspaceFolders": True}},
        options={"trusted": True, "interpreter": "/general/python"},
        folders=names,
    )
    await one.until(lambda: len({status["root"] for status in one.sent("llmentary/status")}) == 3)

    opened = [one.server.projects.of(one.root / name) for name in names]
    interpreters = [None if each is None else each.project.settings.interpreter for each in opened]
    first = await one.run(one.open("one/a.llmtest", "Open?\n"))
    second = await one.run(one.open("two/a.llmtest", "Open?\n"))

    assert [item["scopeUri"] for item in one.sent("workspace/configuration")[0]["items"]] == [
        one.uri(name) for name in names
    ]
    assert interpreters == ["/one/python", "/two/python", "/project/python"]
    assert [case["verdict"] for case in first] == ["new"]
    assert [case["reason"] for case in second] == ["no-callable"]


async def test_a_folder_that_goes_takes_its_settings_along(editor: MakeEditor) -> None:
    """
    With one folder left, what the editor says in general holds again.
    """
    one = editor({"one/llmentary.toml": "", "two/llmentary.toml": ""}, {"Open?": "Yes."})
    one.replies["workspace/configuration"] = [{}, {"callable": "bot:ask"}]
    await one.start(
        capabilities={"workspace": {"configuration": True, "workspaceFolders": True}},
        options={"trusted": True, "settings": {"callable": "general:ask"}},
        folders=["one", "two"],
    )
    await one.until(lambda: len(one.sent("llmentary/status")) >= 2)
    folder = {"uri": one.uri("two"), "name": "two"}

    one.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})

    await one.until(lambda: one.sent("llmentary/status")[-1]["callable"] == "general:ask")


async def test_what_waits_to_be_shown_ends_with_the_server(editor: MakeEditor) -> None:
    """
    Neither what was due nor what is touched later is begun by a server that has ended.
    """
    one = editor(answers={"Return?": "Yes."})
    await one.start()
    await one.run(one.open("a.llmtest", "Return?\n"))
    (suite,) = one.server.suites
    one.server.scheduler.mark_dirty(suite)

    await one.server.close()
    one.server.scheduler.mark_dirty(suite)
    one.server.scheduler.mark_edited(suite)
    one.server.scheduler.flush()

    assert asyncio.all_tasks() == {asyncio.current_task()}
