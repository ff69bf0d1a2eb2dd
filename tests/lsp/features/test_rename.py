"""
Tests of `rename`, `_column_rename` and `file_renames` in `lsp/features/`, and of `lsp/session/_baseline_renames.py`.
"""

from functools import partial
from pathlib import Path
from typing import Any

from lsp_editor import Editor, MakeEditor

TABLE = '=== a\n@params\n| city |\n| Oslo |\n@expect contains "{{city}}"\n\nIn {{city}}, {{other}}?\n'


async def approved(editor: MakeEditor, text: str, answers: dict[str, str]) -> tuple[Editor, str]:
    one = editor(answers=answers)
    await one.start()
    uri = one.open("a.llmtest", text)
    await one.run(uri)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: bool(one.sent("llmentary/approved")) and one.codes(uri) == [])
    return one, uri


async def rename(one: Editor, uri: str, line: int, character: int, name: str) -> dict[str, Any]:
    place = {"line": line, "character": character}
    response: dict[str, Any] = await one.respond(
        "textDocument/rename", {"textDocument": {"uri": uri}, "position": place, "newName": name}
    )
    return response


def edits_of(response: dict[str, Any]) -> list[tuple[int, int, str]]:
    (change,) = response["result"]["documentChanges"]
    return [
        (edit["range"]["start"]["line"], edit["range"]["start"]["character"], edit["newText"])
        for edit in change["edits"]
    ]


def baselines(one: Any, name: str = "a.llmtest") -> str:
    folder: Path = one.root / ".llmentary/baselines" / name
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))


async def test_a_renamed_case_keeps_its_baseline_and_result(editor: MakeEditor) -> None:
    """
    As soon as the text shows the new name; and undone, the old name has it again.
    """
    one, uri = await approved(editor, "=== a\n\nA?\n", {"A?": "Yes."})

    response = await rename(one, uri, 0, 4, "better")
    untouched = baselines(one)
    one.edit(uri, "=== better\n\nA?\n", 2)
    await one.until(lambda: '"name": "better"' in baselines(one))
    renamed = await one.state(uri)
    one.edit(uri, "=== a\n\nA?\n", 3)
    await one.until(lambda: '"name": "a"' in baselines(one))

    assert edits_of(response) == [(0, 4, "better")]
    assert '"name": "a"' in untouched
    assert renamed == "passed"
    assert [case["verdict"] for case in await one.run(uri)] == ["passed"]


async def test_a_renamed_parameter_is_renamed_wherever_it_is_filled_in(editor: MakeEditor) -> None:
    """
    In the heading, in expectations and in the text; the rows keep their baselines.
    """
    one, uri = await approved(editor, TABLE, {"In Oslo, {{other}}?": "Oslo."})

    response = await rename(one, uri, 6, 6, "town")
    one.edit(uri, TABLE.replace("city", "town"), 2)
    await one.until(lambda: '"town": "Oslo"' in baselines(one))

    assert edits_of(response) == [(2, 2, "town"), (4, 20, "town"), (6, 5, "town")]
    assert [case["verdict"] for case in await one.run(uri)] == ["passed"]


async def test_names_that_cannot_be_are_refused(editor: MakeEditor) -> None:
    """
    Each with its reason; what has no name cannot be renamed at all.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", TABLE + "\n=== b\n\nB?\n")

    taken = await rename(one, uri, 0, 4, "b")
    spaced = await rename(one, uri, 0, 4, "two words")
    braced = await rename(one, uri, 2, 3, "{x}")
    text = await rename(one, uri, 6, 0, "x")
    place = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 3}}
    prepared = await one.request("textDocument/prepareRename", place)

    assert "already" in taken["error"]["message"]
    assert "one word" in spaced["error"]["message"]
    assert "one word" in braced["error"]["message"]
    assert text["result"] is None
    assert prepared["placeholder"] == "city"


async def test_what_only_looks_like_a_parameter_cannot_be_renamed(editor: MakeEditor) -> None:
    """
    The editor is told why; text is silently left alone.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", TABLE + "\n=== b\n@params gone.csv\n\n{{city}}?\n")

    def prepare(line: int, character: int) -> Any:
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        return one.respond("textDocument/prepareRename", place)

    undeclared, unread, text = await prepare(6, 15), await prepare(11, 3), await prepare(6, 0)

    assert "`{{other}}` is not filled in by any row" in undeclared["error"]["message"]
    assert "no row can be read" in unread["error"]["message"]
    assert text["result"] is None


async def test_a_renamed_suite_keeps_its_baselines(editor: MakeEditor) -> None:
    """
    By the editor's event before the rename, and again after it, which changes nothing more.
    """
    one, uri = await approved(editor, "A?\n", {"A?": "Yes."})
    files = {"files": [{"oldUri": uri, "newUri": one.uri("deep/b.llmtest")}]}

    await one.request("workspace/willRenameFiles", files)
    one.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    (one.root / "deep").mkdir()
    (one.root / "a.llmtest").rename(one.root / "deep/b.llmtest")
    one.notify("workspace/didRenameFiles", files)
    moved = one.open("deep/b.llmtest", "A?\n")

    assert baselines(one) == ""
    assert "A?" in baselines(one, "deep/b.llmtest")
    assert await one.state(moved) == "passed"
    assert [case["verdict"] for case in await one.run(moved)] == ["passed"]


async def test_a_renamed_folder_takes_its_suites_baselines_along(editor: MakeEditor) -> None:
    """
    All that stand below it.
    """
    one = editor(answers={"A?": "Yes."})
    await one.start()
    uri = one.open("old/a.llmtest", "A?\n")
    await one.run(uri)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: bool(baselines(one, "old/a.llmtest")))

    await one.request(
        "workspace/willRenameFiles", {"files": [{"oldUri": one.uri("old"), "newUri": one.uri("new")}]}
    )

    assert baselines(one, "old/a.llmtest") == ""
    assert baselines(one, "new/a.llmtest")


async def test_a_suite_that_was_moved_elsewhere_keeps_its_baselines(editor: MakeEditor) -> None:
    """
    Moved by a terminal: where one suite is gone that asked the same, its baselines are taken over.
    """
    one, uri = await approved(editor, "A?\n", {"A?": "Yes."})
    one.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    (one.root / "a.llmtest").rename(one.root / "b.llmtest")

    moved = one.open("b.llmtest", "A?\nNew?\n")
    await one.until(lambda: bool(baselines(one, "b.llmtest")) and not baselines(one))

    assert (await one.run(moved))[0]["verdict"] == "passed"


async def test_a_copied_suite_takes_nothing(editor: MakeEditor) -> None:
    """
    The first one is still there.
    """
    one, _ = await approved(editor, "A?\n", {"A?": "Yes."})

    copy = one.open("b.llmtest", "A?\n")
    await one.run(copy)

    assert one.codes(copy) == ["new/no-baseline"]
    assert baselines(one)


ROWS = '=== a\n@params rows/cities.csv\n@expect contains "{{city}}"\n\nIn {{city}}?\n'


def edits_by_file(one: Editor, response: dict[str, Any]) -> dict[str, list[tuple[int, int, int, str]]]:
    """
    Return line, start, end and new text of each edit.
    """
    return {
        change["textDocument"]["uri"].removeprefix(one.uri(".") + "/"): [
            (
                edit["range"]["start"]["line"],
                edit["range"]["start"]["character"],
                edit["range"]["end"]["character"],
                edit["newText"],
            )
            for edit in change["edits"]
        ]
        for change in response["result"]["documentChanges"]
    }


async def test_a_parameter_of_a_file_is_renamed_there_and_in_every_suite(editor: MakeEditor) -> None:
    """
    In the heading, in this suite and in one that is not open; and all baselines follow.
    """
    rows = '\ufeff"🏙️","city"\r\nx,Oslo\r\ny,Bergen\r\n'
    other = "=== b\n@params ../rows/cities.csv\n\nWhere is {{city}}?\n"
    answers = {
        f"{question}?": "Oslo or Bergen."
        for question in ("In Oslo", "In Bergen", "Where is Oslo", "Where is Bergen")
    }
    one = editor({"rows/cities.csv": rows, "deep/b.llmtest": other}, answers)
    await one.start()
    uri = one.open("a.llmtest", ROWS)

    def stands(text: str, name: str) -> bool:
        return text in baselines(one, name)

    await one.request("llmentary/run", {})
    for name in ("a.llmtest", "deep/b.llmtest"):
        await one.command("llmentary.approveCases", {"uri": one.uri(name)})
        await one.until(partial(stands, "Bergen", name))
    one.open("unrelated.llmtest", "=== c\n@params\n| city |\n| Oslo |\n\nIs {{city}} big?\n")

    response = await rename(one, uri, 4, 6, "town")
    one.write_file("rows/cities.csv", rows.replace("city", "town"))
    one.edit(uri, ROWS.replace("{{city}}", "{{town}}"), 2)
    one.write_file("deep/b.llmtest", other.replace("{{city}}", "{{town}}"))
    one.changed_on_disk("rows/cities.csv", "deep/b.llmtest")
    for name in ("a.llmtest", "deep/b.llmtest"):
        await one.until(partial(stands, '"town": "Bergen"', name))

    assert edits_by_file(one, response) == {
        "rows/cities.csv": [(0, 7, 11, "town")],
        "a.llmtest": [(2, 20, 24, "town"), (4, 5, 9, "town")],
        "deep/b.llmtest": [(3, 11, 15, "town")],
    }
    verdicts = (await one.request("llmentary/run", {}))["cases"]
    assert {case["verdict"] for case in verdicts if "unrelated" not in case["uri"]} == {"passed"}


async def test_a_parameter_of_a_jsonl_file_is_renamed_in_every_line(editor: MakeEditor) -> None:
    """
    The keys change, the values do not.
    """
    one = editor({"rows.jsonl": '{"city": "city"}\n{"city": "Oslo"}\n'})
    await one.start()
    uri = one.open("a.llmtest", "=== a\n@params rows.jsonl\n\nIn {{city}}?\n")

    response = await rename(one, uri, 3, 6, "town")

    assert edits_by_file(one, response)["rows.jsonl"] == [(0, 2, 6, "town"), (1, 2, 6, "town")]


async def test_an_open_file_of_rows_is_edited_as_it_stands_there(editor: MakeEditor) -> None:
    """
    A client that opens such files for us is told of their version.
    """
    one = editor({"rows.csv": "city\nOslo\n"})
    await one.start()
    uri = one.open("a.llmtest", "=== a\n@params rows.csv\n\nIn {{city}}?\n")
    await one.lenses(uri)
    text = "land,city\nNorway,Oslo\n"
    document = {"uri": one.uri("rows.csv"), "languageId": "csv", "version": 7, "text": text}
    one.notify("textDocument/didOpen", {"textDocument": document})

    response = await rename(one, uri, 3, 6, "town")

    first = response["result"]["documentChanges"][0]
    assert first["textDocument"] == {"uri": one.uri("rows.csv"), "version": 7}
    assert edits_by_file(one, response)["rows.csv"] == [(0, 5, 9, "town")]


async def test_a_file_of_rows_that_changed_meanwhile_is_left_alone(editor: MakeEditor) -> None:
    """
    The refusal says what to do, and no suite is edited alone.
    """
    one = editor({"rows.csv": "city\nOslo\n"})
    await one.start()
    uri = one.open("a.llmtest", "=== a\n@params rows.csv\n\nIn {{city}}?\n")
    await one.lenses(uri)

    one.write_file("rows.csv", "land\nNorway\n")
    renamed = await rename(one, uri, 3, 6, "town")
    (one.root / "rows.csv").unlink()
    gone = await rename(one, uri, 3, 6, "town")

    assert "does not contain `city` any more" in renamed["error"]["message"]
    assert "nothing was renamed" in gone["error"]["message"]


async def test_a_save_right_after_a_rename_finds_the_baseline(editor: MakeEditor) -> None:
    """
    Some editors save what a rename has touched: nothing is asked, and the case has passed as before.
    """
    one, uri = await approved(editor, "=== a\n\nA?\n", {"A?": "Yes."})
    await rename(one, uri, 0, 4, "better")

    one.edit(uri, "=== better\n\nA?\n", 2)
    one.save(uri)

    await one.until(lambda: '"name": "better"' in baselines(one))
    assert await one.state(uri) == "passed"
    assert one.pool.asked == ["A?"]


async def test_rows_may_be_saved_after_their_suite(editor: MakeEditor) -> None:
    """
    Until they are, nobody is asked a question with an empty place in it, watched files or not.
    """
    text = "=== a\n@params rows.csv\n\nIn {{city}}?\n"
    one = editor({"rows.csv": "city\nOslo\n"}, {"In Oslo?": "Oslo."})
    await one.start(capabilities={"textDocument": {"codeLens": {}}})
    uri = one.open("a.llmtest", text)
    await one.run(uri)
    await one.command("llmentary.approveCases", {"uri": uri})
    await one.until(lambda: bool(one.sent("llmentary/approved")) and one.codes(uri) == [])
    place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 6}, "newName": "town"}
    await one.request("textDocument/rename", place)

    one.edit(uri, text.replace("city", "town"), 2)
    one.save(uri)
    await one.lenses(uri)
    one.write_file("rows.csv", "town\nOslo\n")

    await one.until(lambda: '"town": "Oslo"' in baselines(one))
    assert await one.state(uri) == "passed"
    assert one.pool.asked == ["In Oslo?"]
