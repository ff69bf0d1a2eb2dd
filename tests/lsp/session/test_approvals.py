"""
Tests of `lsp/session/_approvals.py`: undo, and the approval of a previous wording.
"""

from __future__ import annotations

from lsp_editor import RETURN, MakeEditor, open_approved


async def test_an_approval_can_be_undone(editor: MakeEditor) -> None:
    """
    What was approved before applies again, to the last byte of its file.
    """
    client, uri = await open_approved(editor, "Return?\n", {"Return?": RETURN.format(30)})
    (file,) = (client.root / ".llmentary/baselines/a.llmtest").iterdir()
    before = file.read_bytes()
    client.pool.answers["Return?"] = RETURN.format(14)
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: len(client.sent("llmentary/approved")) == 2 and client.codes(uri) == [])

    await client.command("llmentary.undoApproval")
    await client.until(lambda: client.codes(uri) != [])

    assert file.read_bytes() == before
    assert client.sent("llmentary/approved")[-1]["isUndo"] is True
    assert str(client.codes(uri)[0]).startswith("changed/")


async def test_undo_goes_back_step_by_step_and_then_says_so(editor: MakeEditor) -> None:
    """
    The first approval can be undone as well; then there is nothing left.
    """
    client, uri = await open_approved(editor, "A?\n", {"A?": "Yes."})

    await client.command("llmentary.undoApproval")
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
    await client.command("llmentary.undoApproval")
    await client.until(lambda: bool(client.shown()))

    assert not (client.root / ".llmentary/baselines/a.llmtest").exists()
    assert "no approval to undo" in client.shown()[-1]


async def test_undo_respects_what_others_approved_since(editor: MakeEditor) -> None:
    """
    A baseline that the command line has written in the meantime is not overwritten.
    """
    client, _ = await open_approved(editor, "A?\n", {"A?": "Yes."})
    (file,) = (client.root / ".llmentary/baselines/a.llmtest").iterdir()
    file.write_bytes(file.read_bytes().replace(b'"approved": "20', b'"approved": "19'))

    await client.command("llmentary.undoApproval")
    await client.until(lambda: bool(client.shown()))

    assert "changed since" in client.shown()[-1]
    assert file.exists()


async def test_an_edited_question_keeps_its_approval_by_a_fix(editor: MakeEditor) -> None:
    """
    An unnamed question that reads like one that is gone is offered its baseline, and then passes.
    """
    client, uri = await open_approved(
        editor, "How long can I return a jacket?\n", {"How long can I return a jacket?": RETURN.format(30)}
    )
    client.pool.answers["How long may I return a jacket?"] = RETURN.format(30)
    client.edit(uri, "How long may I return a jacket?\n", 2)
    await client.run(uri)

    (fix,) = [a for a in await client.actions(uri, 0) if a["title"].startswith("Keep the approval")]
    await client.command(fix["command"]["command"], *fix["command"]["arguments"])
    await client.until(lambda: client.codes(uri) == [])

    assert await client.state(uri) == "passed"
    (file,) = (client.root / ".llmentary/baselines/a.llmtest").iterdir()
    assert "How long may I" in file.read_text("utf-8")


async def test_a_named_question_keeps_its_approval_as_well(editor: MakeEditor) -> None:
    """
    It still has its baseline, but of another question.
    """
    client, uri = await open_approved(editor, "=== a\n\nReturn?\n", {"Return?": RETURN.format(30)})
    client.pool.answers["Something else?"] = RETURN.format(30)
    client.edit(uri, "=== a\n\nSomething else?\n", 2)
    await client.run(uri)
    assert client.codes(uri) == ["new/question-edited"]

    (fix,) = [a for a in await client.actions(uri, 0) if a["title"].startswith("Keep the approval")]
    await client.command(fix["command"]["command"], *fix["command"]["arguments"])

    await client.until(lambda: client.codes(uri) == [])


async def test_a_question_unlike_any_previous_one_is_offered_nothing(editor: MakeEditor) -> None:
    """
    A new question is not an edited one.
    """
    client, uri = await open_approved(
        editor, "How long can I return a jacket?\n", {"How long can I return a jacket?": "A."}
    )
    client.edit(uri, "Do you ship to Norway?\n", 2)

    assert not [a for a in await client.actions(uri, 0) if a["title"].startswith("Keep the approval")]
