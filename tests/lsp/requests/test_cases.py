"""
Tests of `lsp/requests/cases.py`, `lsp/views/_notifications.py` and `lsp/session/_approvals.py`.
"""

from __future__ import annotations

from lsp_editor import Editor, MakeEditor

LONG = "You can return a jacket within {} days of delivery for a full refund."
TABLE = "=== capital #geo\n@params\n| country |\n| France |\n| Norway |\n\nCapital?\n\n=== b\n\nB?\n"


async def approved(editor: MakeEditor, text: str, answers: dict[str, str]) -> tuple[Editor, str]:
    """
    Return an editor with a suite whose answers are all approved.
    """
    one = editor(answers=answers)
    await one.start()
    uri = one.open("a.llmtest", text)
    await one.run(uri)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: bool(one.sent("llmentary/approved")) and one.codes(uri) == [])
    return one, uri


async def test_results_of_any_run_are_streamed(editor: MakeEditor) -> None:
    """
    A run by a lens tells its start, each result and its end, with nothing left over.
    """
    one = editor(answers={"A?": "Yes.", "B?": "No."})
    await one.start()
    uri = one.open("a.llmtest", "A?\nB?\n")

    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: len(one.sent("llmentary/runState")) == 2)

    started, finished = one.sent("llmentary/runState")
    assert (started["state"], len(started["suites"][0]["keys"])) == ("started", 2)
    assert (finished["state"], finished["suites"], finished["wasCancelled"]) == ("finished", [], False)
    news = [item for params in one.sent("llmentary/results") for item in params["results"]]
    assert [(item["label"], item["state"], item["isApprovable"]) for item in news] == [
        ("A?", "new", True),
        ("B?", "new", True),
    ]


async def test_a_clients_name_for_a_run_comes_back(editor: MakeEditor) -> None:
    """
    So that a client tells its own runs from others'.
    """
    one = editor(answers={"A?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "A?\n")

    await one.request("llmentary/run", {"uri": uri, "token": "mine"})

    assert [params["token"] for params in one.sent("llmentary/runState")] == ["mine", "mine"]


async def test_a_client_that_knows_no_such_messages_gets_none(editor: MakeEditor) -> None:
    """
    Other editors would log each of them as unknown.
    """
    one = editor(answers={"A?": "Yes."})
    await one.start(options={"messages": False, "trusted": True})
    uri = one.open("a.llmtest", "A?\n")

    await one.run(uri)

    assert not [m for m in one.messages if m.get("method", "").startswith("llmentary/")]


async def test_cases_hang_under_their_table(editor: MakeEditor) -> None:
    """
    A table is an item of its own; rows name it as their parent and say their values.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", TABLE, version=4)

    found = await one.request("llmentary/cases", {"uri": uri})

    assert found["version"] == 4
    assert [(item["label"], item["parent"], item["row"]) for item in found["items"]] == [
        ("capital", None, None),
        ("capital[France]", "table:capital", "France"),
        ("capital[Norway]", "table:capital", "Norway"),
        ("b", None, None),
    ]
    assert found["items"][1]["range"]["start"]["line"] == 3
    assert found["items"][0]["tags"] == ["geo"]


async def test_cases_carry_their_result(editor: MakeEditor) -> None:
    """
    A test explorer that is opened late shows what is known already.
    """
    one = editor(answers={"A?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "A?\n")
    await one.run(uri)

    found = await one.request("llmentary/cases", {"uri": uri})

    assert found["items"][0]["news"]["verdict"] == "new"


async def test_the_client_hears_of_cases_that_come_and_go(editor: MakeEditor) -> None:
    """
    Once for each change of the cases, and not for a change that leaves them as they are.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "=== a\n\nA?\n")
    await one.until(lambda: one.sent("llmentary/casesChanged") == [{"uri": uri, "isGone": False}])

    one.edit(uri, "=== a\n\nA, really?\n", 2)
    one.edit(uri, "=== a\n\nA?\n\n=== b\n\nB?\n", 3)
    await one.until(lambda: len(one.sent("llmentary/casesChanged")) == 2)
    (one.root / "a.llmtest").unlink()
    one.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    await one.until(lambda: {"uri": uri, "isGone": True} in one.sent("llmentary/casesChanged"))


async def test_all_suites_are_listed(editor: MakeEditor) -> None:
    """
    With their path below the project, those nobody has opened included.
    """
    one = editor({"deep/b.llmtest": "B?\n", "a.llmtest": "A?\n"})
    await one.start()

    found = await one.request("llmentary/suites")

    assert [item["name"] for item in found["suites"]] == ["a.llmtest", "deep/b.llmtest"]


async def test_the_diff_shows_no_word_that_only_the_approved_answer_had(editor: MakeEditor) -> None:
    """
    Left is redacted, right is the new answer.
    """
    one, uri = await approved(editor, "Return?\n", {"Return?": LONG.format(30)})
    one.pool.answers["Return?"] = LONG.format(14)
    (case,) = await one.run(uri)

    diff = await one.request("llmentary/diff", {"uri": uri, "key": case["key"]})

    assert diff["right"] == LONG.format(14)
    assert "▇" in diff["left"] and "30" not in diff["left"]
    assert diff["reason"] is None


async def test_without_a_diff_there_is_a_reason(editor: MakeEditor) -> None:
    """
    Not run, new, gone: each says why.
    """
    one = editor(answers={"A?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "A?\n")
    items = (await one.request("llmentary/cases", {"uri": uri}))["items"]
    place = {"uri": uri, "key": items[0]["key"]}

    before = await one.request("llmentary/diff", place)
    await one.run(uri)
    after = await one.request("llmentary/diff", place)
    gone = await one.request("llmentary/diff", {"uri": uri, "key": "none"})

    assert "run the question first" in before["reason"]
    assert (after["left"], after["right"]) == (None, "Yes.")
    assert after["reason"]
    assert "gone" in gone["reason"]


async def test_the_review_holds_what_waits_in_order(editor: MakeEditor) -> None:
    """
    New and changed answers of all suites, without what was rejected.
    """
    one = editor(answers={"A?": "Yes.", "B?": "No.", "C?": "Maybe."})
    await one.start()
    second = one.open("b.llmtest", "B?\nC?\n")
    first = one.open("a.llmtest", "A?\n")
    await one.run(second)
    await one.run(first)
    whole = await one.request("llmentary/review", {})
    key = whole["cases"][1]["news"]["key"]

    await one.command("llmentary.rejectCases", {"uri": second, "keys": [key]})
    rest = await one.request("llmentary/review", {})

    assert [case["news"]["label"] for case in whole["cases"]] == ["A?", "B?", "C?"]
    assert [case["news"]["label"] for case in rest["cases"]] == ["A?", "C?"]
    assert await one.state(second, 0) == "new (rejected)"


async def test_a_rejected_answer_is_no_obstacle_to_the_next(editor: MakeEditor) -> None:
    """
    Asked again, the new answer is offered as any other.
    """
    one = editor(answers={"A?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "A?\n")
    await one.run(uri)
    await one.command("llmentary.rejectCases", {"uri": uri})

    await one.run(uri)

    assert (0, "Approve") in await one.lenses(uri)


async def test_an_approval_can_be_undone(editor: MakeEditor) -> None:
    """
    What was approved before is in force again, to the last byte of its file.
    """
    one, uri = await approved(editor, "Return?\n", {"Return?": LONG.format(30)})
    (file,) = (one.root / ".llmentary/baselines/a.llmtest").iterdir()
    before = file.read_bytes()
    one.pool.answers["Return?"] = LONG.format(14)
    await one.run(uri)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: len(one.sent("llmentary/approved")) == 2 and one.codes(uri) == [])

    await one.command("llmentary.undoApproval")
    await one.until(lambda: one.codes(uri) != [])

    assert file.read_bytes() == before
    assert one.sent("llmentary/approved")[-1]["isUndo"] is True
    assert str(one.codes(uri)[0]).startswith("changed/")


async def test_undo_goes_back_step_by_step_and_then_says_so(editor: MakeEditor) -> None:
    """
    The first approval can be undone as well; behind it there is nothing.
    """
    one, uri = await approved(editor, "A?\n", {"A?": "Yes."})

    await one.command("llmentary.undoApproval")
    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])
    await one.command("llmentary.undoApproval")
    await one.until(lambda: bool(one.shown()))

    assert not (one.root / ".llmentary/baselines/a.llmtest").exists()
    assert "no approval to undo" in one.shown()[-1]


async def test_undo_respects_what_others_approved_since(editor: MakeEditor) -> None:
    """
    A baseline that was written by the command line meanwhile is not thrown away.
    """
    one, _ = await approved(editor, "A?\n", {"A?": "Yes."})
    (file,) = (one.root / ".llmentary/baselines/a.llmtest").iterdir()
    file.write_bytes(file.read_bytes().replace(b'"approved": "20', b'"approved": "19'))

    await one.command("llmentary.undoApproval")
    await one.until(lambda: bool(one.shown()))

    assert "changed since" in one.shown()[-1]
    assert file.exists()


async def test_an_edited_question_keeps_its_approval_by_a_fix(editor: MakeEditor) -> None:
    """
    An unnamed question that reads like one that is gone is offered its baseline, and then passes.
    """
    one, uri = await approved(
        editor, "How long can I return a jacket?\n", {"How long can I return a jacket?": LONG.format(30)}
    )
    one.pool.answers["How long may I return a jacket?"] = LONG.format(30)
    one.edit(uri, "How long may I return a jacket?\n", 2)
    await one.run(uri)

    (fix,) = [a for a in await one.actions(uri, 0) if a["title"].startswith("Keep the approval")]
    await one.command(fix["command"]["command"], *fix["command"]["arguments"])
    await one.until(lambda: one.codes(uri) == [])

    assert await one.state(uri) == "passed"
    (file,) = (one.root / ".llmentary/baselines/a.llmtest").iterdir()
    assert "How long may I" in file.read_text("utf-8")


async def test_a_named_question_keeps_its_approval_as_well(editor: MakeEditor) -> None:
    """
    It has its baseline still, but of another question.
    """
    one, uri = await approved(editor, "=== a\n\nReturn?\n", {"Return?": LONG.format(30)})
    one.pool.answers["Something else?"] = LONG.format(30)
    one.edit(uri, "=== a\n\nSomething else?\n", 2)
    await one.run(uri)
    assert one.codes(uri) == ["new/question-edited"]

    (fix,) = [a for a in await one.actions(uri, 0) if a["title"].startswith("Keep the approval")]
    await one.command(fix["command"]["command"], *fix["command"]["arguments"])

    await one.until(lambda: one.codes(uri) == [])


async def test_a_question_unlike_any_former_one_is_offered_nothing(editor: MakeEditor) -> None:
    """
    A new question is no edited one.
    """
    one, uri = await approved(
        editor, "How long can I return a jacket?\n", {"How long can I return a jacket?": "A."}
    )
    one.edit(uri, "Do you ship to Norway?\n", 2)

    assert not [a for a in await one.actions(uri, 0) if a["title"].startswith("Keep the approval")]
