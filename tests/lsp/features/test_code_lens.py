"""
Tests of `lsp/features/code_lens.py`.
"""

from lsp_editor import MakeEditor


async def test_a_case_never_asked_says_so(editor: MakeEditor) -> None:
    """
    Each case has a lens to run it and its state, and the first line one to run all.
    """
    client = editor()
    await client.start()

    uri = client.open("a.llmtest", "Is it open?\n")

    assert await client.lenses(uri) == [(0, "Run all in file"), (0, "Run regression"), (0, "not run")]


async def test_a_new_answer_can_be_approved(editor: MakeEditor) -> None:
    """
    An answer that waits for approval has a lens to approve it, and the file one for all new answers.
    """
    client = editor(answers={"Is it open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Is it open?\n")

    await client.run(uri)

    assert [title for _, title in await client.lenses(uri)] == [
        "Run all in file",
        "Approve all new",
        "Run regression",
        "Approve",
        "new",
    ]


async def test_a_running_case_says_so(editor: MakeEditor) -> None:
    """
    While the callable works, the lens says so.
    """
    client = editor(answers={"Is it open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Is it open?\n")
    client.pool.gate.clear()

    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.pool.asked != [])

    assert await client.state(uri) == "running…"


async def test_a_failure_names_its_kind_and_no_answer(editor: MakeEditor) -> None:
    """
    A lens is a label, so it has a reason and never a word of an answer.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "Is it open?\n")

    await client.run(uri)

    assert await client.state(uri) == "error: raised"


async def test_an_edited_case_disowns_its_result(editor: MakeEditor) -> None:
    """
    A named case keeps its key when its question is edited, but not its verdict.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "=== hours\n\nOpen?\n")
    await client.run(uri)

    client.edit(uri, "=== hours\n\nOpen today?\n", 2)

    assert await client.state(uri) == "edited since the last run"


async def test_table_rows_have_lenses_of_their_own(editor: MakeEditor) -> None:
    """
    The header's lens is for all rows, and each row has its own.
    """
    client = editor(answers={"Capital of France?": "Paris"})
    await client.start()
    text = "=== capital\n@params\n| c |\n| France |\n| Norway |\n\nCapital of {{c}}?\n"
    uri = client.open("a.llmtest", text)

    await client.run(uri)

    assert await client.state(uri, 0) == "1 new, 1 error"
    assert await client.state(uri, 3) == "new"
    assert await client.state(uri, 4) == "error: raised"


async def test_lenses_are_refreshed_after_results(editor: MakeEditor) -> None:
    """
    The client is asked to fetch lenses again when results have arrived.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    before = len(client.sent("workspace/codeLens/refresh"))

    await client.run(uri)

    await client.until(lambda: len(client.sent("workspace/codeLens/refresh")) > before)


async def test_the_next_refresh_waits_until_the_client_has_fetched_the_lenses(
    editor: MakeEditor,
) -> None:
    """
    VS Code fetches once it is not asked for a while: a stream of results would delay it until the end.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.lenses(uri)
    shown = len(client.sent("workspace/codeLens/refresh"))
    await client.run(uri)
    await client.until(lambda: len(client.sent("workspace/codeLens/refresh")) == shown + 1)

    await client.run(uri)
    await client.until(lambda: len(client.sent("llmentary/results")) == 2)
    client.server.scheduler.flush()
    assert len(client.sent("workspace/codeLens/refresh")) == shown + 1
    await client.lenses(uri)

    assert len(client.sent("workspace/codeLens/refresh")) == shown + 2


async def test_a_client_that_cannot_refresh_is_not_asked_to(editor: MakeEditor) -> None:
    """
    Nothing is requested that the client did not offer.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start(capabilities={})
    uri = client.open("a.llmtest", "Open?\n")

    await client.run(uri)
    await client.until(lambda: client.codes(uri) != [])

    assert [message["method"] for message in client.messages if "id" in message and "method" in message] == []


async def test_other_documents_have_no_lenses(editor: MakeEditor) -> None:
    """
    A document that is not a suite has none, and neither has an unsaved one.
    """
    client = editor()
    await client.start()

    assert await client.lenses(client.write_file("bot.py", "x = 1\n")) == []
    assert await client.lenses("untitled:Untitled-1") == []


async def test_a_changed_answer_can_be_compared_where_the_client_shows_diffs(
    editor: MakeEditor,
) -> None:
    """
    The lens runs the client's own command, so other clients do not get it.
    """
    client = editor(answers={"Open?": "At 9 o'clock."})
    await client.start(options={"trusted": True, "canDiff": True})
    uri = client.open("a.llmtest", "Open?\n")
    await client.approve_all(uri)

    client.pool.answers["Open?"] = "At 8 o'clock."
    await client.run(uri)

    assert "Diff" in [title for _, title in await client.lenses(uri)]


async def test_other_clients_are_offered_no_diff(editor: MakeEditor) -> None:
    """
    A lens whose command nobody has would do nothing.
    """
    client = editor(answers={"Open?": "At 9 o'clock."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.approve_all(uri)

    client.pool.answers["Open?"] = "At 8 o'clock."
    await client.run(uri)

    assert "Diff" not in [title for _, title in await client.lenses(uri)]
