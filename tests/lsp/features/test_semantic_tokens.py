"""
Tests of `lsp/features/semantic_tokens.py`.
"""

import pytest

from llmentary_regression.lsp.features.semantic_tokens import TokenType
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from lsp_editor import MakeEditor


@pytest.mark.parametrize(("encoding", "data"), [("utf-8", 8), ("utf-16", 6), ("utf-32", 5)])
async def test_parameters_have_tokens(editor: MakeEditor, encoding: str, data: int) -> None:
    """
    In the column's heading and wherever a row is filled in, counted in the client's encoding.
    """
    client = editor()
    await client.start(capabilities={"general": {"positionEncodings": [encoding]}})
    uri = client.open("a.llmtest", "=== a\n@params\n| x |\n| 1 |\n\n👩 a{{x}} {{y}}\n")
    document = {"textDocument": {"uri": uri}}

    whole = await client.request("textDocument/semanticTokens/full", document)
    part = await client.request(
        "textDocument/semanticTokens/range",
        {**document, "range": {"start": {"line": 4, "character": 0}, "end": {"line": 6, "character": 0}}},
    )

    assert whole["data"] == [2, 2, 1, 0, 1, 3, data, 1, 0, 0]
    assert part["data"] == [5, data, 1, 0, 0]


async def test_what_is_below_a_body_without_an_end_has_tokens(
    editor: MakeEditor,
) -> None:
    """
    A grammar that works line by line treats all of it as quoted text; other suites need no such tokens.
    """
    client = editor()
    await client.start()
    below = "=== b #tag\n# why\n@model gpt-5\n\n# text\n"
    broken = client.open("a.llmtest", f'=== a\n"""\nHello?\n\n{below}')
    sound = client.open("b.llmtest", f'=== a\n"""\nHello?\n"""\n\n{below}')

    tokens = await client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": broken}})
    none = await client.request("textDocument/semanticTokens/full", {"textDocument": {"uri": sound}})

    header, setting, comment = TokenType.HEADER, TokenType.SETTING, TokenType.COMMENT
    assert tokens["data"] == [4, 0, 10, header, 0, 1, 0, 5, comment, 0, 1, 0, 6, setting, 0]
    assert none["data"] == []


def test_token_types_are_those_of_the_legend() -> None:
    """
    A client knows a token type only by its index in the legend.
    """
    legend = STATIC_CAPABILITIES["textDocument/semanticTokens/full"].token_types

    assert legend == [token_type.name.lower() for token_type in TokenType]
