"""
Tests of `lsp/features/watched_files.py`: files that a suite names.
"""

from lsp_editor import MakeEditor


async def test_new_rows_of_a_file_are_new_cases(editor: MakeEditor) -> None:
    """
    Without an edit of the suite.
    """
    client = editor({"rows.csv": "x\n1\n"})
    await client.start()
    uri = client.open("a.llmtest", "=== a\n@params rows.csv\n\n{{x}}?\n")
    first = await client.request("llmentary/cases", {"uri": uri})

    client.write_file("rows.csv", "x\n1\n2\n")
    client.changed_on_disk("rows.csv")
    second = await client.request("llmentary/cases", {"uri": uri})

    assert [item["label"] for item in first["items"]] == ["a", "a[1]"]
    assert [item["label"] for item in second["items"]] == ["a", "a[1]", "a[2]"]


async def test_a_changed_schema_judges_again(editor: MakeEditor) -> None:
    """
    The current answer is checked against it; nothing is asked.
    """
    client = editor({"s.json": '{"type": "object"}'}, {"A?": "[1]"})
    await client.start()
    uri = client.open("a.llmtest", '@expect json-schema "s.json"\nA?\n')
    await client.run(uri)
    assert client.codes(uri) == ["failed/expectation-failed"]

    client.write_file("s.json", '{"type": "array"}')
    client.changed_on_disk("s.json")
    await client.until(lambda: client.codes(uri) == ["new/no-baseline"])

    assert client.pool.asked == ["A?"]


async def test_what_a_run_leaves_in_the_history_judges_nothing(editor: MakeEditor) -> None:
    """
    Otherwise each run would judge all current answers again.
    """
    client = editor({"s.json": '{"type": "array"}'}, {"A?": "[1]"})
    await client.start()
    uri = client.open("a.llmtest", '@expect json-schema "s.json"\nA?\n')
    await client.run(uri)
    told = len(client.sent("llmentary/results"))

    client.changed_on_disk(".llmentary/history/20261123T000000000000Z-1-00000000.json.gz")
    client.write_file("s.json", '{"type": "object"}')
    client.changed_on_disk("s.json")
    await client.until(lambda: client.codes(uri) == ["failed/expectation-failed"])

    assert len(client.sent("llmentary/results")) == told + 1
