"""
Tests of `lsp/views/_diagnostics.py` and `lsp/views/_refresh_scheduler.py`.
"""

import pytest

from llmentary_regression.core.model import Failure, FailureKind, Frame
from llmentary_regression.lsp.uris import path_of
from lsp_editor import MakeEditor


async def test_problems_are_shown_while_typing(editor: MakeEditor) -> None:
    """
    A problem appears with its code, at its place, for the version that it was found in.
    """
    one = editor()
    await one.start()

    uri = one.open("a.llmtest", "@nonsense\nOpen?\n", version=7)
    await one.until(lambda: "LLM001" in one.codes(uri))

    assert one.diagnostics[uri]["version"] == 7
    found = one.diagnostics[uri]["diagnostics"][0]
    assert (found["source"], found["severity"], found["range"]["start"]["line"]) == ("llmentary", 1, 0)


async def test_mended_problems_vanish(editor: MakeEditor) -> None:
    """
    Diagnostics are published as a whole, so what is mended is gone.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "@nonsense\nOpen?\n")
    await one.until(lambda: "LLM001" in one.codes(uri))

    one.edit(uri, "Open?\n", 2)

    await one.until(lambda: one.diagnostics[uri]["version"] == 2)
    assert one.codes(uri) == []


async def test_problems_of_closed_suites_are_shown(editor: MakeEditor) -> None:
    """
    The Problems panel covers the whole workspace, not only what is open.
    """
    one = editor({"deep/er/b.llmtest": "@nonsense\nOpen?\n"})

    await one.start()

    uri = one.uri("deep/er/b.llmtest")
    await one.until(lambda: "LLM001" in one.codes(uri))
    assert one.diagnostics[uri].get("version") is None


async def test_settings_problems_stand_at_their_line(editor: MakeEditor) -> None:
    """
    A misspelt setting is shown in the file that holds it.
    """
    one = editor({"llmentary.toml": "# ours\ncallabel = 'bot:ask'\n"})

    await one.start()

    uri = one.uri("llmentary.toml")
    await one.until(lambda: one.codes(uri) == ["LLM101"])
    assert one.diagnostics[uri]["diagnostics"][0]["range"]["start"]["line"] == 1


async def test_mended_settings_are_read_again(editor: MakeEditor) -> None:
    """
    When the settings file changes on disk, its problems go.
    """
    one = editor({"llmentary.toml": "callabel = 'bot:ask'\n"})
    await one.start()
    uri = one.uri("llmentary.toml")
    await one.until(lambda: one.codes(uri) == ["LLM101"])

    one.write_file("llmentary.toml", "callable = 'bot:ask'\n")
    one.changed_on_disk("llmentary.toml")

    await one.until(lambda: one.codes(uri) == [])


@pytest.mark.parametrize(
    ("answer", "code", "severity"),
    [
        (
            "You can return a jacket within 14 days of delivery for a full refund.",
            "changed/number-differs",
            1,
        ),
        ("Whatever else one may say about it, nobody has to pay very much here.", "reworded/", 2),
    ],
)
async def test_verdicts_have_the_severity_of_their_kind(
    editor: MakeEditor, answer: str, code: str, severity: int
) -> None:
    """
    A changed answer is an error, a reworded one a warning, a new one an information; a passed one is no news.
    """
    one = editor(answers={"Fee?": "You can return a jacket within 30 days of delivery for a full refund."})
    await one.start()
    uri = one.open("a.llmtest", "# fees\n\nFee?\n")
    await one.run(uri)
    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])
    assert one.diagnostics[uri]["diagnostics"][0]["severity"] == 3
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: one.codes(uri) == [])

    one.pool.answers["Fee?"] = answer
    await one.run(uri)

    await one.until(lambda: one.codes(uri) != [])
    found = one.diagnostics[uri]["diagnostics"][0]
    assert found["code"].startswith(code)
    assert found["severity"] == severity
    assert found["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 4}}


async def test_codes_lead_to_the_page_that_explains_them(editor: MakeEditor) -> None:
    """
    A problem and a verdict link to their headings in the documentation that came along.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "@nonsense\nOpen?\n")
    await one.run(uri)
    await one.until(lambda: one.codes(uri) == ["LLM001", "new/no-baseline"])

    headings = []
    for found in one.diagnostics[uri]["diagnostics"]:
        page, line = found["codeDescription"]["href"].split("#L")
        path = path_of(page)
        assert path is not None
        headings.append(path.read_text(encoding="utf-8").split("\n")[int(line) - 1])

    assert headings == ["## LLM001", "## new"]


async def test_a_result_lands_where_its_case_stands_now(editor: MakeEditor) -> None:
    """
    An answer that arrives after lines were put above its case is shown at the case.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    one.edit(uri, "# one\n# two\nOpen?\n", 2)
    one.pool.gate.set()

    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])
    assert one.diagnostics[uri]["version"] == 2
    assert one.diagnostics[uri]["diagnostics"][0]["range"]["start"]["line"] == 2


async def test_a_result_of_a_case_that_is_gone_is_dropped(editor: MakeEditor) -> None:
    """
    An answer to a question that was rewritten meanwhile never lands on the new text.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.pool.gate.clear()
    await one.command("llmentary.runCases", {"uri": uri})
    await one.until(lambda: one.pool.asked == ["Open?"])

    one.edit(uri, "Closed?\n", 2)
    one.pool.gate.set()
    await one.until(lambda: one.server.runs.cases_in_flight == 0)
    await one.until(lambda: one.diagnostics.get(uri, {}).get("version") in (None, 2))

    assert await one.state(uri) == "not run"
    assert one.codes(uri) == []


async def test_an_error_links_to_the_users_own_line(editor: MakeEditor) -> None:
    """
    Where the callable raised, the nearest of the user's frames comes first.
    """
    one = editor()
    frames = (Frame("/p/bot.py", 3, "ask", "look(q)"), Frame("/p/book.py", 9, "look", "raise KeyError"))
    one.pool.answers["Open?"] = Failure(FailureKind.RAISED, "`bot:ask` raised KeyError", frames)
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")

    await one.run(uri)

    await one.until(lambda: one.codes(uri) == ["error/raised"])
    related = one.diagnostics[uri]["diagnostics"][0]["relatedInformation"]
    assert related[0]["location"]["uri"].endswith("/p/book.py")
    assert related[0]["location"]["range"]["start"]["line"] == 8


async def test_closing_goes_back_to_the_file(editor: MakeEditor) -> None:
    """
    Unsaved text is gone when its editor is closed, and its problems with it.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    one.edit(uri, "@nonsense\nOpen?\n", 2)
    await one.until(lambda: "LLM001" in one.codes(uri))

    one.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    await one.until(lambda: one.codes(uri) == [])


async def test_a_deleted_suite_leaves_nothing_behind(editor: MakeEditor) -> None:
    """
    When a closed suite is deleted, what was shown for it goes.
    """
    one = editor({"b.llmtest": "@nonsense\nOpen?\n"})
    await one.start()
    uri = one.uri("b.llmtest")
    await one.until(lambda: one.codes(uri) != [])

    (one.root / "b.llmtest").unlink()
    one.changed_on_disk("b.llmtest", kind=3)

    await one.until(lambda: one.codes(uri) == [])


@pytest.mark.parametrize(("encoding", "column"), [("utf-16", 22), ("utf-8", 31), ("utf-32", 20)])
async def test_squiggles_count_in_the_clients_units(editor: MakeEditor, encoding: str, column: int) -> None:
    """
    Emoji, combining marks and right-to-left text before a squiggle do not move it.
    """
    one = editor(answers={})
    await one.start(capabilities={"general": {"positionEncodings": [encoding]}})
    question = "😀 e\u0301 שלום 👍 ok?? end"
    assert len(question) == 20
    uri = one.open("a.llmtest", f"{question}\n")

    await one.run(uri)

    await one.until(lambda: one.codes(uri) == ["error/raised"])
    assert one.diagnostics[uri]["diagnostics"][0]["range"]["end"] == {"line": 0, "character": column}


@pytest.mark.parametrize(("text", "line"), [("Return?\n", 0), ("# ours\n@callable bot:ask\n\nReturn?\n", 1)])
async def test_a_foreign_import_name_is_shown_until_a_run_without_it(
    editor: MakeEditor, text: str, line: int
) -> None:
    """
    At the callable, with the page that explains it; it goes when the workers have nothing to say any more.
    """
    one = editor(answers={"Return?": "Within 30 days."})
    one.pool.fault = "`import llmentary` means another project's package here"
    await one.start()
    uri = one.open("a.llmtest", text)

    await one.run(uri)
    await one.until(lambda: "LLM201" in one.codes(uri))
    shown = next(each for each in one.diagnostics[uri]["diagnostics"] if each["code"] == "LLM201")
    one.pool.fault = None
    await one.run(uri)

    assert (shown["severity"], shown["range"]["start"]["line"]) == (2, line)
    assert shown["message"] == "`import llmentary` means another project's package here"
    assert "/problems.md#" in shown["codeDescription"]["href"]
    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])
