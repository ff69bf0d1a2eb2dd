"""
Tests of `lsp/features/code_actions.py`.
"""

from lsp_editor import MakeEditor

LONG = "You can return a jacket within {} days of delivery for a full refund."


async def test_a_new_answer_is_approved_by_the_preferred_fix(editor: MakeEditor) -> None:
    """
    The fix belongs to its diagnostic, and running its command makes the case pass.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
    shown = client.diagnostics[uri]["diagnostics"]

    first, *rest = await client.actions(uri, 0, diagnostics=shown)

    assert first["title"] == "Approve this answer: Open?"
    assert (first["kind"], first["isPreferred"]) == ("quickfix", True)
    assert first["diagnostics"] == shown
    assert [action["title"] for action in rest] == ["Approve all new in this file (1 answer)"]
    await client.command(first["command"]["command"], *first["command"]["arguments"])
    await client.until(lambda: client.codes(uri) == [])


async def test_a_changed_answer_is_offered_but_not_preferred(editor: MakeEditor) -> None:
    """
    One keystroke must not approve a regression; approving an example is offered as well.
    """
    client = editor()
    uri = await client.start_with_changed_answer()

    actions = await client.actions(uri, 0)

    assert [(action["title"], action.get("isPreferred")) for action in actions] == [
        ("Approve this answer: Return?", None),
        ("Approve this answer as another example: Return?", None),
        ("Approve all changed in this file (1 answer)", None),
    ]


async def test_an_example_keeps_what_was_approved(editor: MakeEditor) -> None:
    """
    After approval as another example both answers pass.
    """
    client = editor()
    uri = await client.start_with_changed_answer()
    example = (await client.actions(uri, 0))[1]["command"]
    await client.until(lambda: client.codes(uri) == ["changed/number-differs"])
    await client.command(example["command"], *example["arguments"])
    await client.until(lambda: client.codes(uri) == [])

    client.pool.answers["Return?"] = LONG.format(30)

    assert [case["verdict"] for case in await client.run(uri)] == ["passed"]


async def test_a_problem_is_fixed_by_its_code_action(editor: MakeEditor) -> None:
    """
    The fix edits the version that it was made for, and the problem is gone.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "@modle gpt-5\nOpen?\n", version=3)

    (action,) = await client.actions(uri, 0)

    assert (action["kind"], action["isPreferred"]) == ("quickfix", True)
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 3}
    assert [edit["newText"] for edit in change["edits"]] == ["@model"] or change["edits"][0]["newText"]


async def test_a_client_without_versions_gets_plain_changes(editor: MakeEditor) -> None:
    """
    Older clients only accept edits by URI.
    """
    client = editor()
    await client.start(capabilities={})
    uri = client.open("a.llmtest", "@modle gpt-5\nOpen?\n")

    action = (await client.actions(uri, 0))[0]

    assert list(action["edit"]["changes"]) == [uri]


async def test_only_requested_kinds_are_offered(editor: MakeEditor) -> None:
    """
    Nothing of ours is a refactoring or a source action.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)

    assert await client.actions(uri, 0, only=["refactor", "source.fixAll"]) == []
    assert await client.actions(uri, 0, only=["quickfix"]) != []


async def test_nothing_is_offered_for_errors(editor: MakeEditor) -> None:
    """
    A failure of the callable is to be fixed, not approved.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)

    assert await client.actions(uri, 0) == []


async def test_an_editor_without_lenses_runs_by_code_actions(editor: MakeEditor) -> None:
    """
    The case at the cursor, the cases of a selection, or the whole file; but not if only quick fixes are requested.
    """
    client = editor(answers={"Open?": "Yes.", "Closed?": "No."})
    await client.start(capabilities={"textDocument": {"codeAction": {}}})
    uri = client.open("a.llmtest", "# hours\nOpen?\nClosed?\n")

    run_one, run_all = await client.actions(uri, 1)
    on_comment = await client.actions(uri, 0)
    fixes = await client.actions(uri, 1, only=["quickfix"])
    await client.command(run_one["command"]["command"], *run_one["command"]["arguments"])
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])

    assert (run_one["title"], run_all["title"]) == ("Run regression: Open?", "Run all in file")
    assert [action["title"] for action in on_comment] == ["Run all in file"]
    assert fixes == []
    assert client.pool.asked == ["Open?"]
