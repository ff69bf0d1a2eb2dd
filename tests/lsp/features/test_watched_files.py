"""
Tests of `lsp/features/watched_files.py`: files that a suite names.
"""

from lsp_editor import MakeEditor


async def test_new_rows_of_a_file_are_new_cases(editor: MakeEditor) -> None:
    """
    Without an edit of the suite.
    """
    one = editor({"rows.csv": "x\n1\n"})
    await one.start()
    uri = one.open("a.llmtest", "=== a\n@params rows.csv\n\n{{x}}?\n")
    first = await one.request("llmentary/cases", {"uri": uri})

    one.write_file("rows.csv", "x\n1\n2\n")
    one.changed_on_disk("rows.csv")
    second = await one.request("llmentary/cases", {"uri": uri})

    assert [item["label"] for item in first["items"]] == ["a", "a[1]"]
    assert [item["label"] for item in second["items"]] == ["a", "a[1]", "a[2]"]


async def test_a_changed_schema_judges_anew(editor: MakeEditor) -> None:
    """
    The answer at hand is held against it; nothing is asked.
    """
    one = editor({"s.json": '{"type": "object"}'}, {"A?": "[1]"})
    await one.start()
    uri = one.open("a.llmtest", '@expect json-schema "s.json"\nA?\n')
    await one.run(uri)
    assert one.codes(uri) == ["failed/expectation-failed"]

    one.write_file("s.json", '{"type": "array"}')
    one.changed_on_disk("s.json")
    await one.until(lambda: one.codes(uri) == ["new/no-baseline"])

    assert one.pool.asked == ["A?"]


async def test_what_a_run_leaves_in_the_history_judges_nothing(editor: MakeEditor) -> None:
    """
    Otherwise each run would judge all answers at hand once more.
    """
    one = editor({"s.json": '{"type": "array"}'}, {"A?": "[1]"})
    await one.start()
    uri = one.open("a.llmtest", '@expect json-schema "s.json"\nA?\n')
    await one.run(uri)
    told = len(one.sent("llmentary/results"))

    one.changed_on_disk(".llmentary/history/20261123T000000000000Z-1-00000000.json.gz")
    one.write_file("s.json", '{"type": "object"}')
    one.changed_on_disk("s.json")
    await one.until(lambda: one.codes(uri) == ["failed/expectation-failed"])

    assert len(one.sent("llmentary/results")) == told + 1
