"""
Tests of `lsp/session/_code_watch.py` and `lsp/features/watched_files.py`.
"""

from lsp_editor import Editor, MakeEditor

LONG = "You can return a jacket within {} days of delivery for a full refund."


async def _approved(one: Editor, text: str = "Return?\n") -> str:
    """
    Open a suite whose one case has an approved answer.
    """
    one.pool.answers["Return?"] = LONG.format(30)
    await one.start()
    uri: str = one.open("a.llmtest", text)
    await one.approve_all(uri)
    one.pool.asked.clear()
    return uri


async def test_new_cases_are_asked_on_save(editor: MakeEditor) -> None:
    """
    Saving asks what was never asked, and leaves the rest alone.
    """
    one = editor(answers={"Open?": "Yes."})
    uri = await _approved(one)

    one.edit(uri, "Return?\nOpen?\n", 2)
    one.save(uri)

    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])
    assert one.pool.asked == ["Open?"]


async def test_a_second_save_asks_nothing(editor: MakeEditor) -> None:
    """
    A case that was asked as it reads now is not asked again.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.save(uri)
    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])

    one.save(uri)
    await one.lenses(uri)

    assert one.pool.asked == ["Open?"]


async def test_an_edited_case_is_asked_on_save(editor: MakeEditor) -> None:
    """
    A case with a baseline is asked again when its text or settings were edited.
    """
    one = editor(answers={"Return it?": "Yes."})
    uri = await _approved(one, "=== return\n\nReturn?\n")

    one.edit(uri, "=== return\n\nReturn it?\n", 2)
    one.save(uri)

    await one.until(lambda: one.codes(uri) == ["new/question-edited"])
    assert one.pool.asked == ["Return it?"]


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


async def test_manual_mode_asks_nothing_by_itself(editor: MakeEditor) -> None:
    """
    With `run = "manual"` only the user starts runs.
    """
    one = editor({"llmentary.toml": "callable = 'bot:ask'\nrun = 'manual'\n"})
    uri = await _approved(one)

    one.edit(uri, "Return?\nOpen?\n", 2)
    one.save(uri)
    one.write_file("bot.py", "x = 1\n")
    one.changed_on_disk("bot.py")

    def is_read() -> bool:
        state = one.server.suites.get(one.root / "a.llmtest")
        return state is not None and bool(state.cases)

    await one.until(is_read)

    assert "(asked before the code changed)" in await one.state(uri)
    assert one.pool.asked == []


async def test_saving_the_bot_asks_open_suites_again(editor: MakeEditor) -> None:
    """
    Edit the bot, save, see the red squiggle.
    """
    one = editor()
    uri = await _approved(one)

    one.pool.answers["Return?"] = LONG.format(14)
    one.write_file("shop/bot.py", "x = 1\n")
    one.changed_on_disk("shop/bot.py")

    await one.until(lambda: one.codes(uri) == ["changed/number-differs"])


async def test_one_save_told_twice_asks_once(editor: MakeEditor) -> None:
    """
    A client may report a Python file both as saved and as changed on disk.
    """
    one = editor()
    uri = await _approved(one)
    bot = one.write_file("bot.py", "x = 1\n")
    one.save(bot)
    await one.until(lambda: one.pool.asked == ["Return?"])
    await one.until(lambda: one.server.runs.cases_in_flight == 0)

    one.changed_on_disk("bot.py")

    assert await one.state(uri) == "passed"


async def test_a_burst_of_changes_asks_once(editor: MakeEditor) -> None:
    """
    A formatter's save right behind the user's costs no second round of questions.
    """
    one = editor()
    uri = await _approved(one)
    for number in range(5):
        one.write_file("bot.py", f"x = {'1' * number}0\n")
        one.write_file(f"more{number}.py", "")
        one.changed_on_disk("bot.py", f"more{number}.py")

    await one.until(lambda: one.pool.asked != [])
    await one.until(lambda: one.server.runs.cases_in_flight == 0)

    assert one.pool.asked == ["Return?"]
    assert await one.state(uri) == "passed"


async def test_installed_packages_are_not_the_users_code(editor: MakeEditor) -> None:
    """
    Installing a package below the folder does not ask all questions again.
    """
    one = editor()
    uri = await _approved(one)

    one.write_file(".venv/lib/x.py", "")
    one.write_file("env/lib/site-packages/y.py", "")
    one.changed_on_disk(".venv/lib/x.py", "env/lib/site-packages/y.py")

    assert await one.state(uri) == "passed"


async def test_baselines_of_another_branch_are_judged_again(editor: MakeEditor) -> None:
    """
    When baselines change on disk, the answers at hand are judged anew and nothing is asked.
    """
    one = editor()
    uri = await _approved(one)

    (path,) = (one.root / ".llmentary/baselines/a.llmtest").iterdir()
    path.unlink()
    one.changed_on_disk(path.relative_to(one.root).as_posix(), kind=3)

    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])
    assert one.pool.asked == []


async def test_new_settings_make_results_old(editor: MakeEditor) -> None:
    """
    Another callable in the settings is as good as other code.
    """
    one = editor()
    uri = await _approved(one)

    one.pool.answers["Return?"] = LONG.format(14)
    one.write_file("llmentary.toml", "callable = 'bot:other'\n")
    one.changed_on_disk("llmentary.toml")

    await one.until(lambda: one.codes(uri) == ["changed/number-differs"])


async def test_files_are_watched_if_the_client_can(editor: MakeEditor) -> None:
    """
    Watchers are registered for suites, baselines, settings and Python files.
    """
    one = editor()

    await one.start()

    await one.until(lambda: one.sent("client/registerCapability") != [])
    (registration,) = one.sent("client/registerCapability")[0]["registrations"]
    patterns = [watcher["globPattern"] for watcher in registration["registerOptions"]["watchers"]]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    assert {"**/*.llmtest", "**/*.py", "**/pyproject.toml"} <= set(patterns)
