"""
Tests of `rename`, `_column_rename` and `file_renames` in `lsp/features/`, and of `lsp/session/_baseline_renames.py`.
"""

from functools import partial
from pathlib import Path
from typing import Any

from lsp_editor import Editor, MakeEditor

TABLE = '=== a\n@params\n| city |\n| Oslo |\n@expect contains "{{city}}"\n\nIn {{city}}, {{other}}?\n'


async def approved(editor: MakeEditor, text: str, answers: dict[str, str]) -> tuple[Editor, str]:
    client = editor(answers=answers)
    await client.start()
    uri = client.open("a.llmtest", text)
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: bool(client.sent("llmentary/approved")) and client.codes(uri) == [])
    return client, uri


async def rename(client: Editor, uri: str, line: int, character: int, name: str) -> dict[str, Any]:
    place = {"line": line, "character": character}
    response: dict[str, Any] = await client.respond(
        "textDocument/rename", {"textDocument": {"uri": uri}, "position": place, "newName": name}
    )
    return response


def edits_of(response: dict[str, Any]) -> list[tuple[int, int, str]]:
    (change,) = response["result"]["documentChanges"]
    return [
        (edit["range"]["start"]["line"], edit["range"]["start"]["character"], edit["newText"])
        for edit in change["edits"]
    ]


def baselines(client: Editor, name: str = "a.llmtest") -> str:
    folder: Path = client.root / ".llmentary/baselines" / name
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json")))


async def test_a_renamed_case_keeps_its_baseline_and_result(editor: MakeEditor) -> None:
    """
    As soon as the text has the new name; after an undo, the old name has it again.
    """
    client, uri = await approved(editor, "=== a\n\nA?\n", {"A?": "Yes."})

    response = await rename(client, uri, 0, 4, "better")
    untouched = baselines(client)
    client.edit(uri, "=== better\n\nA?\n", 2)
    await client.until(lambda: '"name": "better"' in baselines(client))
    renamed = await client.state(uri)
    client.edit(uri, "=== a\n\nA?\n", 3)
    await client.until(lambda: '"name": "a"' in baselines(client))

    assert edits_of(response) == [(0, 4, "better")]
    assert '"name": "a"' in untouched
    assert renamed == "passed"
    assert [case["verdict"] for case in await client.run(uri)] == ["passed"]


async def test_a_renamed_parameter_is_renamed_wherever_it_is_filled_in(editor: MakeEditor) -> None:
    """
    In the heading, in expectations and in the text; the rows keep their baselines.
    """
    client, uri = await approved(editor, TABLE, {"In Oslo, {{other}}?": "Oslo."})

    response = await rename(client, uri, 6, 6, "town")
    client.edit(uri, TABLE.replace("city", "town"), 2)
    await client.until(lambda: '"town": "Oslo"' in baselines(client))

    assert edits_of(response) == [(2, 2, "town"), (4, 20, "town"), (6, 5, "town")]
    assert [case["verdict"] for case in await client.run(uri)] == ["passed"]


async def test_names_that_cannot_be_are_refused(editor: MakeEditor) -> None:
    """
    Each refusal has its reason; a case without a name cannot be renamed at all.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", TABLE + "\n=== b\n\nB?\n")

    taken = await rename(client, uri, 0, 4, "b")
    spaced = await rename(client, uri, 0, 4, "two words")
    braced = await rename(client, uri, 2, 3, "{x}")
    text = await rename(client, uri, 6, 0, "x")
    place = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 3}}
    prepared = await client.request("textDocument/prepareRename", place)

    assert "already" in taken["error"]["message"]
    assert "one word" in spaced["error"]["message"]
    assert "one word" in braced["error"]["message"]
    assert text["result"] is None
    assert prepared["placeholder"] == "city"


async def test_what_only_looks_like_a_parameter_cannot_be_renamed(editor: MakeEditor) -> None:
    """
    The editor is told why; other text is ignored without an error.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", TABLE + "\n=== b\n@params gone.csv\n\n{{city}}?\n")

    def prepare(line: int, character: int) -> Any:
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        return client.respond("textDocument/prepareRename", place)

    undeclared, unread, text = await prepare(6, 15), await prepare(11, 3), await prepare(6, 0)

    assert "`{{other}}` is not filled in by any row" in undeclared["error"]["message"]
    assert "no row can be read" in unread["error"]["message"]
    assert text["result"] is None


async def test_a_renamed_suite_keeps_its_baselines(editor: MakeEditor) -> None:
    """
    By the editor's event before the rename, and again after it, which changes nothing more.
    """
    client, uri = await approved(editor, "A?\n", {"A?": "Yes."})
    files = {"files": [{"oldUri": uri, "newUri": client.uri("deep/b.llmtest")}]}

    await client.request("workspace/willRenameFiles", files)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    (client.root / "deep").mkdir()
    (client.root / "a.llmtest").rename(client.root / "deep/b.llmtest")
    client.notify("workspace/didRenameFiles", files)
    moved = client.open("deep/b.llmtest", "A?\n")

    assert baselines(client) == ""
    assert "A?" in baselines(client, "deep/b.llmtest")
    assert await client.state(moved) == "passed"
    assert [case["verdict"] for case in await client.run(moved)] == ["passed"]


async def test_a_renamed_folder_takes_its_suites_baselines_along(editor: MakeEditor) -> None:
    """
    All suites below it.
    """
    client = editor(answers={"A?": "Yes."})
    await client.start()
    uri = client.open("old/a.llmtest", "A?\n")
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: bool(baselines(client, "old/a.llmtest")))

    await client.request(
        "workspace/willRenameFiles", {"files": [{"oldUri": client.uri("old"), "newUri": client.uri("new")}]}
    )

    assert baselines(client, "old/a.llmtest") == ""
    assert baselines(client, "new/a.llmtest")


async def test_a_suite_that_was_moved_elsewhere_keeps_its_baselines(editor: MakeEditor) -> None:
    """
    Moved in a terminal: if a suite is gone that asked the same, its baselines are taken over.
    """
    client, uri = await approved(editor, "A?\n", {"A?": "Yes."})
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    (client.root / "a.llmtest").rename(client.root / "b.llmtest")

    moved = client.open("b.llmtest", "A?\nNew?\n")
    await client.until(lambda: bool(baselines(client, "b.llmtest")) and not baselines(client))

    assert (await client.run(moved))[0]["verdict"] == "passed"


async def test_a_copied_suite_takes_nothing(editor: MakeEditor) -> None:
    """
    The first suite still exists.
    """
    client, _ = await approved(editor, "A?\n", {"A?": "Yes."})

    copy = client.open("b.llmtest", "A?\n")
    await client.run(copy)

    assert client.codes(copy) == ["new/no-baseline"]
    assert baselines(client)


ROWS = '=== a\n@params rows/cities.csv\n@expect contains "{{city}}"\n\nIn {{city}}?\n'


def edits_by_file(client: Editor, response: dict[str, Any]) -> dict[str, list[tuple[int, int, int, str]]]:
    """
    Return line, start, end and new text of each edit.
    """
    return {
        change["textDocument"]["uri"].removeprefix(client.uri(".") + "/"): [
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
    In the heading, in this suite and in one that is not open; all baselines are renamed as well.
    """
    rows = '\ufeff"🏙️","city"\r\nx,Oslo\r\ny,Bergen\r\n'
    other = "=== b\n@params ../rows/cities.csv\n\nWhere is {{city}}?\n"
    answers = {
        f"{question}?": "Oslo or Bergen."
        for question in ("In Oslo", "In Bergen", "Where is Oslo", "Where is Bergen")
    }
    client = editor({"rows/cities.csv": rows, "deep/b.llmtest": other}, answers)
    await client.start()
    uri = client.open("a.llmtest", ROWS)

    def stands(text: str, name: str) -> bool:
        return text in baselines(client, name)

    await client.request("llmentary/run", {})
    for name in ("a.llmtest", "deep/b.llmtest"):
        await client.command("llmentary.approveCases", {"uri": client.uri(name)})
        await client.until(partial(stands, "Bergen", name))
    client.open("unrelated.llmtest", "=== c\n@params\n| city |\n| Oslo |\n\nIs {{city}} big?\n")

    response = await rename(client, uri, 4, 6, "town")
    client.write_file("rows/cities.csv", rows.replace("city", "town"))
    client.edit(uri, ROWS.replace("{{city}}", "{{town}}"), 2)
    client.write_file("deep/b.llmtest", other.replace("{{city}}", "{{town}}"))
    client.changed_on_disk("rows/cities.csv", "deep/b.llmtest")
    for name in ("a.llmtest", "deep/b.llmtest"):
        await client.until(partial(stands, '"town": "Bergen"', name))

    assert edits_by_file(client, response) == {
        "rows/cities.csv": [(0, 7, 11, "town")],
        "a.llmtest": [(2, 20, 24, "town"), (4, 5, 9, "town")],
        "deep/b.llmtest": [(3, 11, 15, "town")],
    }
    verdicts = (await client.request("llmentary/run", {}))["cases"]
    assert {case["verdict"] for case in verdicts if "unrelated" not in case["uri"]} == {"passed"}


async def test_a_parameter_of_a_jsonl_file_is_renamed_in_every_line(editor: MakeEditor) -> None:
    """
    The keys change, the values do not.
    """
    client = editor({"rows.jsonl": '{"city": "city"}\n{"city": "Oslo"}\n'})
    await client.start()
    uri = client.open("a.llmtest", "=== a\n@params rows.jsonl\n\nIn {{city}}?\n")

    response = await rename(client, uri, 3, 6, "town")

    assert edits_by_file(client, response)["rows.jsonl"] == [(0, 2, 6, "town"), (1, 2, 6, "town")]


async def test_an_open_file_of_rows_is_edited_as_it_stands_there(editor: MakeEditor) -> None:
    """
    The edit names the version of a file that the client has open.
    """
    client = editor({"rows.csv": "city\nOslo\n"})
    await client.start()
    uri = client.open("a.llmtest", "=== a\n@params rows.csv\n\nIn {{city}}?\n")
    await client.lenses(uri)
    text = "land,city\nNorway,Oslo\n"
    document = {"uri": client.uri("rows.csv"), "languageId": "csv", "version": 7, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})

    response = await rename(client, uri, 3, 6, "town")

    first = response["result"]["documentChanges"][0]
    assert first["textDocument"] == {"uri": client.uri("rows.csv"), "version": 7}
    assert edits_by_file(client, response)["rows.csv"] == [(0, 5, 9, "town")]


async def test_a_file_of_rows_that_changed_meanwhile_is_left_alone(editor: MakeEditor) -> None:
    """
    The refusal says what to do, and no suite is edited alone.
    """
    client = editor({"rows.csv": "city\nOslo\n"})
    await client.start()
    uri = client.open("a.llmtest", "=== a\n@params rows.csv\n\nIn {{city}}?\n")
    await client.lenses(uri)

    client.write_file("rows.csv", "land\nNorway\n")
    renamed = await rename(client, uri, 3, 6, "town")
    (client.root / "rows.csv").unlink()
    gone = await rename(client, uri, 3, 6, "town")

    assert "does not contain `city` any more" in renamed["error"]["message"]
    assert "nothing was renamed" in gone["error"]["message"]


async def test_a_save_right_after_a_rename_finds_the_baseline(editor: MakeEditor) -> None:
    """
    Some editors save the files of a rename at once: nothing is asked, and the case still passes.
    """
    client, uri = await approved(editor, "=== a\n\nA?\n", {"A?": "Yes."})
    await rename(client, uri, 0, 4, "better")

    client.edit(uri, "=== better\n\nA?\n", 2)
    client.save(uri)

    await client.until(lambda: '"name": "better"' in baselines(client))
    assert await client.state(uri) == "passed"
    assert client.pool.asked == ["A?"]


async def test_rows_may_be_saved_after_their_suite(editor: MakeEditor) -> None:
    """
    Until they are, no question with an unfilled parameter is asked, whether files are watched or not.
    """
    text = "=== a\n@params rows.csv\n\nIn {{city}}?\n"
    client = editor({"rows.csv": "city\nOslo\n"}, {"In Oslo?": "Oslo."})
    await client.start(capabilities={"textDocument": {"codeLens": {}}})
    uri = client.open("a.llmtest", text)
    await client.run(uri)
    await client.command("llmentary.approveCases", {"uri": uri})
    await client.until(lambda: bool(client.sent("llmentary/approved")) and client.codes(uri) == [])
    place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 6}, "newName": "town"}
    await client.request("textDocument/rename", place)

    client.edit(uri, text.replace("city", "town"), 2)
    client.save(uri)
    await client.lenses(uri)
    client.write_file("rows.csv", "town\nOslo\n")

    await client.until(lambda: '"town": "Oslo"' in baselines(client))
    assert await client.state(uri) == "passed"
    assert client.pool.asked == ["In Oslo?"]
