"""
Tests of `lsp/features/completion.py`.
"""

from typing import Any

import pytest

from llmentary_regression.core.model import ExpectKind
from llmentary_regression.core.settings import SUITE_SETTINGS
from llmentary_regression.lsp.features import completion
from lsp_editor import Editor, MakeEditor

TABLE = "=== a #billing\n@params\n| city |\n| Oslo |\n\nIn {{"


async def complete(client: Editor, uri: str, line: int, character: int) -> list[dict[str, Any]]:
    place = {"line": line, "character": character}
    params = {"textDocument": {"uri": uri}, "position": place}
    found: list[dict[str, Any]] = await client.request("textDocument/completion", params)
    return found


async def labels(client: Editor, text: str, name: str = "a.llmtest") -> list[str]:
    """
    Return what is offered at the end of a text.
    """
    uri = client.open(name, text)
    last = text.split("\n")
    return [item["label"] for item in await complete(client, uri, len(last) - 1, len(last[-1]))]


async def test_settings_are_offered_where_they_may_stand(editor: MakeEditor) -> None:
    """
    All settings of suites; `params` only in blocks.
    """
    client = editor()
    await client.start()

    above = await labels(client, "@")
    inside = await labels(client, "=== a\n@ma", "b.llmtest")
    in_text = await labels(client, "=== a\n\nWhat is\n@ma", "c.llmtest")

    assert set(above) == {f"@{name}" for name in SUITE_SETTINGS} - {"@params"}
    assert {"@params", "@match"} <= set(inside)
    assert "@concurrency" not in inside
    assert in_text == []


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("@match ", {"exact", "similar", "none"}),
        ("@unsure w", {"pass", "warn", "fail"}),
        ("@privacy ", {"full", "facts", "digest"}),
        ("@expect ", {"contains", "not contains", "max-latency", "satisfies"}),
        ("@callable b", {"bot:ask"}),
        ("@embed ", {"wordllama"}),
        ("=== x\n@params ", {"rows.csv"}),
        ('@expect json-schema "', {"s.json"}),
        ("=== x\n--- ", {"--- user", "--- assistant"}),
    ],
)
async def test_values_are_offered(editor: MakeEditor, text: str, some: set[str]) -> None:
    """
    Modes, expectations, callables found by reading, files, roles.
    """
    client = editor({"bot.py": "def ask(question): ...\n", "rows.csv": "x\n1\n", "s.json": "{}"})
    await client.start()

    assert some <= set(await labels(client, text))


async def test_tags_and_parameters_in_use_are_offered(editor: MakeEditor) -> None:
    """
    Tags of any suite of the project; parameters of this block.
    """
    client = editor({"other.llmtest": "=== x #policy\n\nX?\n"})
    await client.start()
    await client.until(lambda: len(list(client.server.suites)) == 1)
    await client.server.read(next(iter(client.server.suites)))

    assert await labels(client, TABLE) == ["city"]
    assert set(await labels(client, "=== b #po", "b.llmtest")) == {"policy", "billing"}


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 13), ("utf-16", 9), ("utf-32", 7)])
async def test_an_item_replaces_what_was_typed(editor: MakeEditor, encoding: str, start: int) -> None:
    """
    In the client's units, with the braces closed.
    """
    client = editor()
    await client.start(capabilities={"general": {"positionEncodings": [encoding]}})
    line = "👩👩 a {{ci"
    uri = client.open("a.llmtest", f"=== a\n@params\n| city |\n| Oslo |\n\n{line}\n")

    (item,) = await complete(client, uri, 5, start + 2)

    assert item["textEdit"]["newText"] == "city}}"
    assert item["textEdit"]["range"]["start"]["character"] == start


async def test_snippets_only_for_clients_that_support_them(editor: MakeEditor) -> None:
    """
    Other clients get the plain word.
    """
    snippets = {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}
    client, two = editor(), editor()
    await client.start(capabilities=snippets)
    await two.start()
    texts = []
    for each in (client, two):
        uri = each.open("a.llmtest", "@expect con")
        (item,) = [i for i in await complete(each, uri, 0, 11) if i["label"] == "contains"]
        texts.append((item["textEdit"]["newText"], "insertTextFormat" in item))

    assert texts == [('contains "$1"', True), ("contains", False)]


def test_every_expectation_is_completed_with_a_tab_stop_for_its_argument() -> None:
    """
    A kind that is added gets a snippet, and its negation too.
    """
    offered = list(completion._VALUES["expect"])

    assert {str(kind) for kind in ExpectKind} <= set(offered)
    assert [kind for kind in offered if not completion._SNIPPETS.get(kind, "").startswith(f"{kind} ")] == []
