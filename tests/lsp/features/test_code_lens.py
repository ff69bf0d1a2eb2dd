"""
Tests of `lsp/features/code_lens.py`.
"""

from lsp_editor import MakeEditor


async def test_a_case_never_asked_says_so(editor: MakeEditor) -> None:
    """
    Above each case stand a way to run it and its state, and at the top a way to run all.
    """
    one = editor()
    await one.start()

    uri = one.open("a.llmtest", "Is it open?\n")

    assert await one.lenses(uri) == [(0, "Run all in file"), (0, "Run regression"), (0, "not run")]


async def test_a_new_answer_can_be_approved(editor: MakeEditor) -> None:
    """
    An answer that waits for approval brings the lens to approve it, and one for all new ones.
    """
    one = editor(answers={"Is it open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Is it open?\n")

    await one.run(uri)

    assert [title for _, title in await one.lenses(uri)] == [
        "Run all in file",
        "Approve all new",
        "Run regression",
        "Approve",
        "new",
    ]


async def test_a_running_case_says_so(editor: MakeEditor) -> None:
    """
    While the callable thinks, the lens says that it does.
    """
    one = editor(answers={"Is it open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Is it open?\n")
    one.pool.gate.clear()

    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.pool.asked != [])

    assert await one.state(uri) == "running…"


async def test_a_failure_names_its_kind_and_no_answer(editor: MakeEditor) -> None:
    """
    A lens is a label, so it holds a reason and never a word of an answer.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "Is it open?\n")

    await one.run(uri)

    assert await one.state(uri) == "error: raised"


async def test_an_edited_case_disowns_its_result(editor: MakeEditor) -> None:
    """
    A named case keeps its key when its question is edited, but not its verdict.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "=== hours\n\nOpen?\n")
    await one.run(uri)

    one.edit(uri, "=== hours\n\nOpen today?\n", 2)

    assert await one.state(uri) == "edited since the last run"


async def test_table_rows_have_lenses_of_their_own(editor: MakeEditor) -> None:
    """
    The header's lens speaks for all rows, and each row has its own.
    """
    one = editor(answers={"Capital of France?": "Paris"})
    await one.start()
    text = "=== capital\n@params\n| c |\n| France |\n| Norway |\n\nCapital of {{c}}?\n"
    uri = one.open("a.llmtest", text)

    await one.run(uri)

    assert await one.state(uri, 0) == "1 new, 1 error"
    assert await one.state(uri, 3) == "new"
    assert await one.state(uri, 4) == "error: raised"


async def test_lenses_are_refreshed_after_results(editor: MakeEditor) -> None:
    """
    The client is asked to fetch lenses again when results have come.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    before = len(one.sent("workspace/codeLens/refresh"))

    await one.run(uri)

    await one.until(lambda: len(one.sent("workspace/codeLens/refresh")) > before)


async def test_the_next_refresh_waits_until_the_client_has_come_for_the_lenses(
    editor: MakeEditor,
) -> None:
    """
    VS Code comes when it is not asked for a while: a stream of results would keep it away until its end.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.lenses(uri)
    shown = len(one.sent("workspace/codeLens/refresh"))
    await one.run(uri)
    await one.until(lambda: len(one.sent("workspace/codeLens/refresh")) == shown + 1)

    await one.run(uri)
    await one.until(lambda: len(one.sent("llmentary/results")) == 2)
    one.server.scheduler.flush()
    assert len(one.sent("workspace/codeLens/refresh")) == shown + 1
    await one.lenses(uri)

    assert len(one.sent("workspace/codeLens/refresh")) == shown + 2


async def test_a_client_that_cannot_refresh_is_not_asked_to(editor: MakeEditor) -> None:
    """
    Nothing is requested that the client did not offer.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start(capabilities={})
    uri = one.open("a.llmtest", "Open?\n")

    await one.run(uri)
    await one.until(lambda: one.codes(uri) != [])

    assert [message["method"] for message in one.messages if "id" in message and "method" in message] == []


async def test_other_documents_have_no_lenses(editor: MakeEditor) -> None:
    """
    A document that is no suite is left alone, and so is an unsaved one.
    """
    one = editor()
    await one.start()

    assert await one.lenses(one.write_file("bot.py", "x = 1\n")) == []
    assert await one.lenses("untitled:Untitled-1") == []


async def test_a_changed_answer_can_be_compared_where_the_client_shows_diffs(
    editor: MakeEditor,
) -> None:
    """
    The lens is the client's own command, so others do not get it.
    """
    one = editor(answers={"Open?": "At 9 o'clock."})
    await one.start(options={"trusted": True, "canDiff": True})
    uri = one.open("a.llmtest", "Open?\n")
    await one.approve_all(uri)

    one.pool.answers["Open?"] = "At 8 o'clock."
    await one.run(uri)

    assert "Diff" in [title for _, title in await one.lenses(uri)]


async def test_other_clients_are_offered_no_diff(editor: MakeEditor) -> None:
    """
    A lens whose command nobody has would do nothing.
    """
    one = editor(answers={"Open?": "At 9 o'clock."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.approve_all(uri)

    one.pool.answers["Open?"] = "At 8 o'clock."
    await one.run(uri)

    assert "Diff" not in [title for _, title in await one.lenses(uri)]
