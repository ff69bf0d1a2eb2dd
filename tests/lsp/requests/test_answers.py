"""
Tests of `lsp/requests/answers.py`: diff and review.
"""

from __future__ import annotations

from lsp_editor import RETURN, MakeEditor, open_approved


async def test_the_diff_shows_no_word_that_only_the_approved_answer_had(editor: MakeEditor) -> None:
    """
    Left is redacted, right is the new answer.
    """
    client, uri = await open_approved(editor, "Return?\n", {"Return?": RETURN.format(30)})
    client.pool.answers["Return?"] = RETURN.format(14)
    (case,) = await client.run(uri)

    diff = await client.request("llmentary/diff", {"uri": uri, "key": case["key"]})

    assert diff["right"] == RETURN.format(14)
    assert "▇" in diff["left"] and "30" not in diff["left"]
    assert diff["reason"] is None


async def test_without_a_diff_there_is_a_reason(editor: MakeEditor) -> None:
    """
    Not run, new, gone: each says why.
    """
    client = editor(answers={"A?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "A?\n")
    items = (await client.request("llmentary/cases", {"uri": uri}))["items"]
    place = {"uri": uri, "key": items[0]["key"]}

    before = await client.request("llmentary/diff", place)
    await client.run(uri)
    after = await client.request("llmentary/diff", place)
    gone = await client.request("llmentary/diff", {"uri": uri, "key": "none"})

    assert "run the question first" in before["reason"]
    assert (after["left"], after["right"]) == (None, "Yes.")
    assert after["reason"]
    assert "gone" in gone["reason"]


async def test_the_review_holds_what_waits_in_order(editor: MakeEditor) -> None:
    """
    New and changed answers of all suites, without rejected ones.
    """
    client = editor(answers={"A?": "Yes.", "B?": "No.", "C?": "Maybe."})
    await client.start()
    second = client.open("b.llmtest", "B?\nC?\n")
    first = client.open("a.llmtest", "A?\n")
    await client.run(second)
    await client.run(first)
    whole = await client.request("llmentary/review", {})
    key = whole["cases"][1]["update"]["key"]

    await client.command("llmentary.rejectCases", {"uri": second, "keys": [key]})
    rest = await client.request("llmentary/review", {})

    assert [case["update"]["label"] for case in whole["cases"]] == ["A?", "B?", "C?"]
    assert [case["update"]["label"] for case in rest["cases"]] == ["A?", "C?"]
    assert await client.state(second, 0) == "new (rejected)"


async def test_a_rejected_answer_is_no_obstacle_to_the_next(editor: MakeEditor) -> None:
    """
    When the question is asked again, the new answer is offered like any other.
    """
    client = editor(answers={"A?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "A?\n")
    await client.run(uri)
    await client.command("llmentary.rejectCases", {"uri": uri})

    await client.run(uri)

    assert (0, "Approve") in await client.lenses(uri)
