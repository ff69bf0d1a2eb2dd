"""
Tests of `lsp/session/_code_watch.py` and `lsp/features/watched_files.py`.
"""

from lsp_editor import Editor, MakeEditor

LONG = "You can return a jacket within {} days of delivery for a full refund."


async def _approved(client: Editor, text: str = "Return?\n") -> str:
    """
    Open a suite whose one case has an approved answer.
    """
    client.pool.answers["Return?"] = LONG.format(30)
    await client.start()
    uri: str = client.open("a.llmtest", text)
    await client.approve_all(uri)
    client.pool.asked.clear()
    return uri


async def test_new_cases_are_asked_on_save(editor: MakeEditor) -> None:
    """
    Saving asks what was never asked, and leaves the rest alone.
    """
    client = editor(answers={"Open?": "Yes."})
    uri = await _approved(client)

    client.edit(uri, "Return?\nOpen?\n", 2)
    client.save(uri)

    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
    assert client.pool.asked == ["Open?"]


async def test_a_second_save_asks_nothing(editor: MakeEditor) -> None:
    """
    A case that was not edited since it was asked is not asked again.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.save(uri)
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])

    client.save(uri)
    await client.lenses(uri)

    assert client.pool.asked == ["Open?"]


async def test_an_edited_case_is_asked_on_save(editor: MakeEditor) -> None:
    """
    A case with a baseline is asked again when its text or settings were edited.
    """
    client = editor(answers={"Return it?": "Yes."})
    uri = await _approved(client, "=== return\n\nReturn?\n")

    client.edit(uri, "=== return\n\nReturn it?\n", 2)
    client.save(uri)

    await client.until(lambda: client.codes(uri) == ["new/question-edited"])
    assert client.pool.asked == ["Return it?"]


async def test_known_cases_of_a_fresh_session_are_not_asked_on_save(editor: MakeEditor) -> None:
    """
    A baseline without a result in this session is neither new nor edited.
    """
    first, second = editor(), editor()
    uri = await _approved(first)
    second.pool.answers["Return?"] = LONG.format(30)
    await second.start()
    second.open("a.llmtest", "Return?\n")
    await second.lenses(uri)

    second.save(uri)
    await second.lenses(uri)

    assert second.pool.asked == []


async def test_manual_mode_asks_nothing_on_save(editor: MakeEditor) -> None:
    """
    With `run = "manual"` only the user starts runs.
    """
    client = editor({"llmentary.toml": "callable = 'bot:ask'\nrun = 'manual'\n"})
    uri = await _approved(client)

    client.edit(uri, "Return?\nOpen?\n", 2)
    client.save(uri)
    client.write_file("bot.py", "x = 1\n")
    client.changed_on_disk("bot.py")

    def is_read() -> bool:
        state = client.server.suites.get(client.root / "a.llmtest")
        return state is not None and bool(state.cases)

    await client.until(is_read)

    assert "(asked before the code changed)" in await client.state(uri)
    assert client.pool.asked == []


async def test_saving_the_bot_asks_open_suites_again(editor: MakeEditor) -> None:
    """
    After an edit of the bot and a save, the changed answer has a diagnostic.
    """
    client = editor()
    uri = await _approved(client)

    client.pool.answers["Return?"] = LONG.format(14)
    client.write_file("shop/bot.py", "x = 1\n")
    client.changed_on_disk("shop/bot.py")

    await client.until(lambda: client.codes(uri) == ["changed/number-differs"])


async def test_one_save_told_twice_asks_once(editor: MakeEditor) -> None:
    """
    A client may report a Python file both as saved and as changed on disk.
    """
    client = editor()
    uri = await _approved(client)
    bot = client.write_file("bot.py", "x = 1\n")
    client.save(bot)
    await client.until(lambda: client.pool.asked == ["Return?"])
    await client.until(lambda: client.server.runs.cases_in_flight == 0)

    client.changed_on_disk("bot.py")

    assert await client.state(uri) == "passed"


async def test_a_burst_of_changes_asks_once(editor: MakeEditor) -> None:
    """
    A formatter's save right after the user's does not ask the questions twice.
    """
    client = editor()
    uri = await _approved(client)
    for number in range(5):
        client.write_file("bot.py", f"x = {'1' * number}0\n")
        client.write_file(f"more{number}.py", "")
        client.changed_on_disk("bot.py", f"more{number}.py")

    await client.until(lambda: client.pool.asked != [])
    await client.until(lambda: client.server.runs.cases_in_flight == 0)

    assert client.pool.asked == ["Return?"]
    assert await client.state(uri) == "passed"


async def test_installed_packages_are_not_the_users_code(editor: MakeEditor) -> None:
    """
    Installing a package below the folder does not ask all questions again.
    """
    client = editor()
    uri = await _approved(client)

    client.write_file(".venv/lib/x.py", "")
    client.write_file("env/lib/site-packages/y.py", "")
    client.changed_on_disk(".venv/lib/x.py", "env/lib/site-packages/y.py")

    assert await client.state(uri) == "passed"


async def test_baselines_of_another_branch_are_judged_again(editor: MakeEditor) -> None:
    """
    When baselines change on disk, the current answers are judged again and nothing is asked.
    """
    client = editor()
    uri = await _approved(client)

    (path,) = (client.root / ".llmentary/baselines/a.llmtest").iterdir()
    path.unlink()
    client.changed_on_disk(path.relative_to(client.root).as_posix(), kind=3)

    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
    assert client.pool.asked == []


async def test_new_settings_make_results_old(editor: MakeEditor) -> None:
    """
    Another callable in the settings counts as changed code.
    """
    client = editor()
    uri = await _approved(client)

    client.pool.answers["Return?"] = LONG.format(14)
    client.write_file("llmentary.toml", "callable = 'bot:other'\n")
    client.changed_on_disk("llmentary.toml")

    await client.until(lambda: client.codes(uri) == ["changed/number-differs"])


async def test_files_are_watched_if_the_client_can(editor: MakeEditor) -> None:
    """
    Watchers are registered for suites, baselines, settings and Python files.
    """
    client = editor()

    await client.start()

    await client.until(lambda: client.sent("client/registerCapability") != [])
    (registration,) = client.sent("client/registerCapability")[0]["registrations"]
    patterns = [watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    assert {"**/*.llmtest", "**/*.py", "**/pyproject.toml"} <= set(patterns)
