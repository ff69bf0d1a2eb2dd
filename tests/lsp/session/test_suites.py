"""
Tests of `lsp/session/_suites.py`.
"""

import asyncio

from lsp_editor import MakeEditor


async def test_a_huge_suite_is_read_beside_other_work(editor: MakeEditor) -> None:
    """
    While a text of a megabyte is read, a request about another suite is answered.
    """
    client = editor()
    await client.start()
    small = client.open("small.llmtest", "Open?\n")
    huge = client.open("huge.llmtest", "".join(f"Question {n} of many more?\n" for n in range(40_000)))
    _, lenses = client.post("textDocument/codeLens", {"textDocument": {"uri": huge}})
    await asyncio.sleep(0)

    await client.hover(small, 0)

    assert not lenses.done()
    assert len((await lenses)["result"]) > 40_000


async def test_a_reading_overtaken_by_an_edit_is_never_shown(editor: MakeEditor) -> None:
    """
    An edit while the text is being read in a thread leads to a reading of the new text.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "".join(f"Question {n} of many more?\n" for n in range(20_000)))
    _, lenses = client.post("textDocument/codeLens", {"textDocument": {"uri": uri}})
    await asyncio.sleep(0)

    client.edit(uri, "Open?\n", 2)

    assert len((await lenses)["result"]) == 3


async def test_one_file_by_two_names_is_one_suite(editor: MakeEditor) -> None:
    """
    A link to the project's folder shows the same results.
    """
    client = editor(answers={"Open?": "Yes."})
    await client.start()
    uri = client.open("a.llmtest", "Open?\n")
    await client.run(uri)
    link = client.root.parent / "link"
    try:
        link.symlink_to(client.root, target_is_directory=True)
    except OSError:
        return  # Windows without the right to make links

    assert await client.state((link / "a.llmtest").as_uri()) == "new"
