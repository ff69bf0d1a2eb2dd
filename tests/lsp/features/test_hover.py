"""
Tests of `lsp/features/hover.py`.
"""

import pytest

from llmentary_regression.core.model import Failure, FailureKind, Frame
from llmentary_regression.lsp.features.hover import escape, fence
from lsp_editor import MakeEditor

LONG = "You can return a jacket within {} days of delivery for a full refund."


async def test_hover_shows_state_reason_answer_and_diff(editor: MakeEditor) -> None:
    """
    For a changed case it shows what changed, the new answer and the redacted diff.
    """
    approved = "4096731"  # in no date, port or path
    client = editor()
    uri = await client.start_with_changed_answer(approved_days=approved)

    text = await client.hover(uri, 0)

    assert text.startswith("**changed")
    assert LONG.format(14) in text
    assert "```diff\n- You can return a jacket within ▇" in text
    assert approved not in text


async def test_hover_without_a_run_says_so(editor: MakeEditor) -> None:
    """
    There is nothing else to show.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")

    assert await client.hover(uri, 0) == "**not run**"


async def test_hover_elsewhere_is_empty(editor: MakeEditor) -> None:
    """
    A comment belongs to no case.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "# hours\n\nOpen?\n")

    position = {"line": 0, "character": 0}
    assert (
        await client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})
        is None
    )


async def test_an_answer_cannot_leave_its_fence(editor: MakeEditor) -> None:
    """
    Backticks, links and pictures of an answer stay text.
    """
    answer = "````\n[click](command:evil)\n```` ![x](http://evil)"
    client = editor(answers={"Open?": answer})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)

    text = await client.hover(uri, 0)

    assert f"`````\n{answer}\n`````" in text


async def test_hover_over_an_error_shows_the_users_frames(editor: MakeEditor) -> None:
    """
    The developer's own lines, outermost first.
    """
    client = editor()
    client.pool.answers["Open?"] = Failure(
        FailureKind.RAISED, "`bot:ask` raised KeyError", (Frame("/p/bot.py", 3, "ask"),)
    )
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)

    text = await client.hover(uri, 0)

    assert "/p/bot.py:3 in ask" in text
    assert "raised KeyError" in text


async def test_a_plain_client_gets_plain_text(editor: MakeEditor) -> None:
    """
    A client that shows no Markdown is sent none.
    """
    client = editor()
    await client.start(capabilities={"textDocument": {"hover": {"contentFormat": ["plaintext"]}}})
    uri = client.open("a.llmtest", "Open?\n")

    position = {"line": 0, "character": 0}
    found = await client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})

    assert found["contents"] == {"kind": "plaintext", "value": "not run"}


@pytest.mark.parametrize("text", ["", "`", "a ``` b", "``````", "x\r```\ry", "\n```\n"])
def test_a_fence_is_longer_than_any_in_it(text: str) -> None:
    """
    No line inside can close it.
    """
    lines = fence(text).split("\n")

    assert lines[0] == lines[-1]
    assert lines[0] not in lines[1:-1]
    assert "\r" not in fence(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](command:x)", r"\[a\](command:x)"),
        ("![a](x)", r"!\[a\](x)"),
        ("<img src=x>", r"\<img src=x\>"),
        ("# big\n- list", r"\# big - list"),
        ("- list", r"\- list"),
        ("12. list", r"12\. list"),
        ("http://x www.x.y a@b.c", r"http\://x www\.x.y a\@b.c"),
        ("$(zap) &lt; *a* _b_ ~c~ |", r"\$(zap) \&lt; \*a\* \_b\_ \~c\~ \|"),
        ("now `[a](x) <b>`, not ``x`", r"now `[a](x) <b>`, not \`\`x\`"),
        ("\\`a`", r"\\`a`"),
        ("changed: 2026-11-23, $5.00 of max_chars", "changed: 2026-11-23, $5.00 of max_chars"),
    ],
)
def test_markdown_in_messages_is_shown_as_it_is(text: str, shown: str) -> None:
    """
    A message may quote the answer, so nothing in it may become a link or a heading.
    """
    assert escape(text) == shown


async def test_what_to_do_is_said_in_the_message_alone(editor: MakeEditor) -> None:
    """
    The state, which lenses show too, stays short.
    """
    client = editor(answers={"Open?": "Yes.", "Really open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "=== hours\n\nOpen?\n")
    await client.approve_all(uri)
    client.edit(uri, "=== hours\n\nReally open?\n", 2)
    await client.run(uri)

    assert await client.state(uri) == "new: the question was edited since approval"
    assert (await client.hover(uri, 0)).count("keep the approval") == 1


async def test_hover_shows_what_an_answer_hides(editor: MakeEditor) -> None:
    """
    An answer that turns its line around must not read as another just where one clicks Approve.
    """
    client = editor()
    uri = await client.start_with_changed_answer(approved_days="4096731", now="\u202e\x1b[2J\u200b14")

    text = await client.hover(uri, 0)

    assert "\\u202e" in text
    assert not set("\u202e\x1b\u200b") & set(text)
