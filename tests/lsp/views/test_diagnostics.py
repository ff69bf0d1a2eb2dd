"""
Tests of `lsp/views/_diagnostics.py` and `lsp/views/_refresh_scheduler.py`.
"""

import pytest

from llmentary_regression.core.model import Failure, FailureKind, Frame
from llmentary_regression.lsp.uris import path_of
from lsp_editor import MakeEditor


async def test_problems_are_shown_while_typing(editor: MakeEditor) -> None:
    """
    A problem has its code, its range, and the version that it was found in.
    """
    client = editor()
    await client.start()

    uri = client.open("a.llmtest", "@nonsense\nOpen?\n", version=7)
    await client.until(lambda: "LLM001" in client.codes(uri))

    assert client.diagnostics[uri]["version"] == 7
    found = client.diagnostics[uri]["diagnostics"][0]
    assert (found["source"], found["severity"], found["range"]["start"]["line"]) == ("llmentary", 1, 0)


async def test_fixed_problems_disappear(editor: MakeEditor) -> None:
    """
    All diagnostics of a file are published together, so fixed problems disappear.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "@nonsense\nOpen?\n")
    await client.until(lambda: "LLM001" in client.codes(uri))

    client.edit(uri, "Open?\n", 2)

    await client.until(lambda: client.diagnostics[uri]["version"] == 2)
    assert client.codes(uri) == []


async def test_problems_of_closed_suites_are_shown(editor: MakeEditor) -> None:
    """
    The Problems panel covers the whole workspace, not only what is open.
    """
    client = editor({"deep/er/b.llmtest": "@nonsense\nOpen?\n"})

    await client.start()

    uri = client.uri("deep/er/b.llmtest")
    await client.until(lambda: "LLM001" in client.codes(uri))
    assert client.diagnostics[uri].get("version") is None


async def test_settings_problems_are_at_their_line(editor: MakeEditor) -> None:
    """
    A misspelt setting is shown in the file that contains it.
    """
    client = editor({"llmentary.toml": "# ours\ncallabel = 'bot:ask'\n"})

    await client.start()

    uri = client.uri("llmentary.toml")
    await client.until(lambda: client.codes(uri) == ["LLM101"])
    assert client.diagnostics[uri]["diagnostics"][0]["range"]["start"]["line"] == 1


async def test_fixed_settings_are_read_again(editor: MakeEditor) -> None:
    """
    When the settings file changes on disk, its problems go.
    """
    client = editor({"llmentary.toml": "callabel = 'bot:ask'\n"})
    await client.start()
    uri = client.uri("llmentary.toml")
    await client.until(lambda: client.codes(uri) == ["LLM101"])

    client.write_file("llmentary.toml", "callable = 'bot:ask'\n")
    client.changed_on_disk("llmentary.toml")

    await client.until(lambda: client.codes(uri) == [])


@pytest.mark.parametrize(
    ("answer", "code", "severity"),
    [
        (
            "You can return a jacket within 14 days of delivery for a full refund.",
            "changed/number-differs",
            1,
        ),
        ("Whatever else one may say about it, nobody has to pay very much here.", "unsure/", 2),
    ],
)
async def test_verdicts_have_the_severity_of_their_kind(
    editor: MakeEditor, answer: str, code: str, severity: int
) -> None:
    """
    A changed answer is an error, an unsure one a warning, a new one information; one that passed has none.
    """
    client = editor(answers={"Fee?": "You can return a jacket within 30 days of delivery for a full refund."})
    await client.start()
    uri = client.open("a.llmtest", "# fees\n\nFee?\n")
    await client.run(uri)
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
    assert client.diagnostics[uri]["diagnostics"][0]["severity"] == 3
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: client.codes(uri) == [])

    client.pool.answers["Fee?"] = answer
    await client.run(uri)

    await client.until(lambda: client.codes(uri) != [])
    found = client.diagnostics[uri]["diagnostics"][0]
    assert found["code"].startswith(code)
    assert found["severity"] == severity
    assert found["range"] == {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 4}}


async def test_codes_link_to_the_page_that_explains_them(editor: MakeEditor) -> None:
    """
    A problem and a verdict link to their headings in the bundled documentation.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "@nonsense\nOpen?\n")
    await client.run(uri)
    await client.until(lambda: client.codes(uri) == ["LLM001", "new/no-baseline"])

    headings = []
    for found in client.diagnostics[uri]["diagnostics"]:
        page, line = found["codeDescription"]["href"].split("#L")
        path = path_of(page)
        assert path is not None
        headings.append(path.read_text(encoding="utf-8").split("\n")[int(line) - 1])

    assert headings == ["## LLM001", "## new"]


async def test_a_result_is_shown_where_its_case_is_now(editor: MakeEditor) -> None:
    """
    An answer that arrives after lines were inserted above its case is shown at the case.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    client.edit(uri, "# one\n# two\nOpen?\n", 2)
    client.pool.gate.set()

    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
    assert client.diagnostics[uri]["version"] == 2
    assert client.diagnostics[uri]["diagnostics"][0]["range"]["start"]["line"] == 2


async def test_a_result_of_a_case_that_is_gone_is_dropped(editor: MakeEditor) -> None:
    """
    An answer to a question that was rewritten in the meantime is never shown at the new text.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.pool.gate.clear()
    await client.command("llmentary.runCases", {"uri": uri})
    await client.until(lambda: client.pool.asked == ["Open?"])

    client.edit(uri, "Closed?\n", 2)
    client.pool.gate.set()
    await client.until(lambda: client.server.runs.cases_in_flight == 0)
    await client.until(lambda: client.diagnostics.get(uri, {}).get("version") in (None, 2))

    assert await client.state(uri) == "not run"
    assert client.codes(uri) == []


async def test_an_error_links_to_the_users_own_line(editor: MakeEditor) -> None:
    """
    It links to where the callable raised, the innermost of the user's frames first.
    """
    client = editor()
    frames = (Frame("/p/bot.py", 3, "ask", "look(q)"), Frame("/p/book.py", 9, "look", "raise KeyError"))
    client.pool.answers["Open?"] = Failure(FailureKind.RAISED, "`bot:ask` raised KeyError", frames)
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")

    await client.run(uri)

    await client.until(lambda: client.codes(uri) == ["error/raised"])
    related = client.diagnostics[uri]["diagnostics"][0]["relatedInformation"]
    assert related[0]["location"]["uri"].endswith("/p/book.py")
    assert related[0]["location"]["range"]["start"]["line"] == 8


async def test_closing_goes_back_to_the_file(editor: MakeEditor) -> None:
    """
    Unsaved text is gone when its editor is closed, and its problems with it.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    client.edit(uri, "@nonsense\nOpen?\n", 2)
    await client.until(lambda: "LLM001" in client.codes(uri))

    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    await client.until(lambda: client.codes(uri) == [])


async def test_a_deleted_suite_leaves_nothing_behind(editor: MakeEditor) -> None:
    """
    When a closed suite is deleted, its diagnostics are removed.
    """
    client = editor({"b.llmtest": "@nonsense\nOpen?\n"})
    await client.start()
    uri = client.uri("b.llmtest")
    await client.until(lambda: client.codes(uri) != [])

    (client.root / "b.llmtest").unlink()
    client.changed_on_disk("b.llmtest", kind=3)

    await client.until(lambda: client.codes(uri) == [])


@pytest.mark.parametrize(("encoding", "column"), [("utf-16", 22), ("utf-8", 31), ("utf-32", 20)])
async def test_squiggles_count_in_the_clients_units(editor: MakeEditor, encoding: str, column: int) -> None:
    """
    Emoji, combining marks and right-to-left text before a squiggle do not move it.
    """
    client = editor(answers={})
    await client.start(capabilities={"general": {"positionEncodings": [encoding]}})
    question = "😀 e\u0301 שלום 👍 ok?? end"
    assert len(question) == 20
    uri = client.open("a.llmtest", f"{question}\n")

    await client.run(uri)

    await client.until(lambda: client.codes(uri) == ["error/raised"])
    assert client.diagnostics[uri]["diagnostics"][0]["range"]["end"] == {"line": 0, "character": column}


@pytest.mark.parametrize(("text", "line"), [("Return?\n", 0), ("# ours\n@callable bot:ask\n\nReturn?\n", 1)])
async def test_a_foreign_import_name_is_shown_until_a_run_without_it(
    editor: MakeEditor, text: str, line: int
) -> None:
    """
    At the callable, with the page that explains it; it goes when the workers have nothing to say any more.
    """
    client = editor(answers={"Return?": "Within 30 days."})
    client.pool.fault = "`import llmentary` means another project's package here"
    await client.start()
    uri = client.open("a.llmtest", text)

    await client.run(uri)
    await client.until(lambda: "LLM201" in client.codes(uri))
    shown = next(each for each in client.diagnostics[uri]["diagnostics"] if each["code"] == "LLM201")
    client.pool.fault = None
    await client.run(uri)

    assert (shown["severity"], shown["range"]["start"]["line"]) == (2, line)
    assert shown["message"] == "`import llmentary` means another project's package here"
    assert "/problems.md#" in shown["codeDescription"]["href"]
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])
