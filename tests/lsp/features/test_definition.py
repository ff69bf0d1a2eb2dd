"""
Tests of `lsp/features/definition.py` and `services/callables/_callables.py`.
"""

from typing import Any

import pytest

from lsp_editor import Editor, MakeEditor

BOT = """\
import x

def ask(question):
    return 1

class Bot:
    def chat(self, q):
        return 2

bot = Bot()
"""


async def define(client: Editor, uri: str, line: int, character: int) -> Any:
    place = {"line": line, "character": character}
    return await client.request("textDocument/definition", {"textDocument": {"uri": uri}, "position": place})


@pytest.mark.parametrize(
    ("setting", "line", "character"),
    [
        ("@callable shop.bot:ask", 2, 4),
        ("@judge shop.bot:Bot.chat", 6, 8),
        ("@embed shop/bot.py:bot", 9, 0),
        ("@callable shop.bot:gone", 0, 0),
    ],
)
async def test_a_callable_leads_to_its_function(
    editor: MakeEditor, setting: str, line: int, character: int
) -> None:
    """
    Functions, methods and objects, by module or file; a name that is created at run time leads to its module.
    """
    client = editor({"shop/bot.py": BOT})
    await client.start()
    uri = client.open("a.llmtest", f"{setting}\nOpen?\n")

    found = await define(client, uri, 0, 12)

    assert found["uri"] == client.uri("shop/bot.py")
    assert found["range"]["start"] == {"line": line, "character": character}


async def test_nothing_is_imported_to_find_a_callable(editor: MakeEditor) -> None:
    """
    A module that ends its process when imported is read nevertheless.
    """
    client = editor({"bot.py": "import os\nos._exit(3)\ndef ask(q): ...\n"})
    await client.start(options={"trusted": False})
    uri = client.open("a.llmtest", "@callable bot:ask\nOpen?\n")

    assert (await define(client, uri, 0, 12))["range"]["start"]["line"] == 2


async def test_a_callable_that_is_not_there_leads_nowhere(editor: MakeEditor) -> None:
    """
    Nor does a line of text.
    """
    client = editor()
    await client.start()
    uri = client.open("a.llmtest", "@callable gone:ask\nOpen?\n")

    assert await define(client, uri, 0, 12) is None
    assert await define(client, uri, 1, 2) is None


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 9), ("utf-16", 7), ("utf-32", 6)])
async def test_a_parameter_leads_to_its_column(editor: MakeEditor, encoding: str, character: int) -> None:
    """
    In the client's encoding, whatever precedes it on the line.
    """
    client = editor()
    await client.start(capabilities={"general": {"positionEncodings": [encoding]}})
    uri = client.open("a.llmtest", "=== a\n@params\n| y | city |\n| 1 | Oslo |\n\n👩 {{city}}?\n")

    found = await define(client, uri, 5, character)

    assert found["range"]["start"] == {"line": 2, "character": 6}


async def test_files_of_a_suite_are_opened(editor: MakeEditor) -> None:
    """
    A params file, a parameter's column in it, and a JSON schema; never a file outside the project.
    """
    client = editor({"rows.csv": "é,x\n1,2\n", "s.json": "{}", "../out.csv": "x\n1\n"})
    await client.start()
    uri = client.open("a.llmtest", '=== a\n@params rows.csv\n@expect json-schema "s.json"\n\n{{x}}?\n')
    outside = client.open("b.llmtest", "=== a\n@params ../out.csv\n\n{{x}}?\n")

    assert (await define(client, uri, 1, 10))["uri"] == client.uri("rows.csv")
    assert await define(client, uri, 4, 3) == {
        "uri": client.uri("rows.csv"),
        "range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 3}},
    }
    assert (await define(client, uri, 2, 12))["uri"] == client.uri("s.json")
    assert await define(client, outside, 1, 10) is None
