"""
Tests of `lsp/hints.py`.
"""

from collections.abc import Callable
from typing import Any

LONG = "You can return a jacket within {} days of delivery for a full refund."


async def test_hints_say_when_an_answer_was_approved(editor: Callable[..., Any]) -> None:
    """
    And how alike a changed answer is; the hover says the same in a line.
    """
    one = editor(answers={"Return?": LONG.format(30)})
    await one.start()
    uri = one.open("a.llmtest", "Return?\nNew?\n")
    await one.run(uri)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: bool(one.sent("llmentary/approved")))
    one.pool.answers["Return?"] = LONG.format(14)
    await one.run(uri)

    hints = await one.request(
        "textDocument/inlayHint",
        {
            "textDocument": {"uri": uri},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}},
        },
    )

    assert [hint["position"] for hint in hints] == [{"line": 0, "character": 7}]
    assert hints[0]["label"].startswith("approved 20")
    assert hints[0]["label"].endswith("% alike")
    assert "approved 20" in await one.hover(uri, 0)
