"""
Tests of `lsp/session/_suites.py`.
"""

import asyncio

from lsp_editor import MakeEditor


async def test_a_huge_suite_is_read_beside_other_work(editor: MakeEditor) -> None:
    """
    While a text of a megabyte is read, a request about another suite is answered.
    """
    one = editor()
    await one.start()
    small = one.open("small.llmtest", "Open?\n")
    huge = one.open("huge.llmtest", "".join(f"Question {n} of many more?\n" for n in range(40_000)))
    _, lenses = one.post("textDocument/codeLens", {"textDocument": {"uri": huge}})
    await asyncio.sleep(0)

    await one.hover(small, 0)

    assert not lenses.done()
    assert len((await lenses)["result"]) > 40_000


async def test_a_reading_overtaken_by_an_edit_is_never_shown(editor: MakeEditor) -> None:
    """
    An edit while the text is being read in a thread leads to a reading of the new text.
    """
    one = editor()
    await one.start()
    uri = one.open("a.llmtest", "".join(f"Question {n} of many more?\n" for n in range(20_000)))
    _, lenses = one.post("textDocument/codeLens", {"textDocument": {"uri": uri}})
    await asyncio.sleep(0)

    one.edit(uri, "Open?\n", 2)

    assert len((await lenses)["result"]) == 3


async def test_one_file_by_two_names_is_one_suite(editor: MakeEditor) -> None:
    """
    A link to the project's folder shows the same results.
    """
    one = editor(answers={"Open?": "Yes."})
    await one.start()
    uri = one.open("a.llmtest", "Open?\n")
    await one.run(uri)
    link = one.root.parent / "link"
    try:
        link.symlink_to(one.root, target_is_directory=True)
    except OSError:
        return  # Windows without the right to make links

    assert await one.state((link / "a.llmtest").as_uri()) == "new"
