"""
The editor's grammar and the reader take the same lines for the same things.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from llmentary_regression.core.model import ExpectKind, MatchMode, Role
from llmentary_regression.core.settings import SETTINGS, Scope
from llmentary_regression.core.suite.parsing import is_comment, is_header, quote_length, turn_role
from llmentary_regression.core.suite.parsing._lines import is_row, is_setting

ROOT = Path(__file__).parents[3]
GRAMMAR = json.loads((ROOT / "syntaxes" / "llmtest.tmLanguage.json").read_text(encoding="utf-8"))
RULES: dict[str, Any] = GRAMMAR["repository"]

LINES = [
    "",
    "text",
    "===",
    "=== ",
    "=== name #tag",
    "===\tname",
    "====",
    "===x",
    " === x",
    "#",
    "# x",
    "#x",
    "#\tx",
    " # x",
    "--- user",
    "--- tool \t",
    "---  user",
    "--- User",
    "--- user:",
    "---user",
    '"""',
    '"""" \t',
    '""',
    ' """',
    '"""x',
    "@model",
    "@ model",
    "@",
    "| a |",
    "|",
    " | a |",
]


def patterns_below(rule: object) -> list[str]:
    """
    Return all regular expressions of a rule and the rules inside it.
    """
    if isinstance(rule, list):
        return [pattern for item in rule for pattern in patterns_below(item)]
    if not isinstance(rule, dict):
        return []
    own = [rule[word] for word in ("match", "begin", "end") if word in rule]
    return own + [pattern for item in rule.values() for pattern in patterns_below(item)]


@pytest.mark.parametrize("line", LINES)
def test_lines_are_taken_for_the_same(line: str) -> None:
    """
    Headers, comments, turns, quotes and the head's lines are what the reader says they are.
    """
    head_ends = re.compile(RULES["head"]["end"])

    assert bool(re.match(RULES["block"]["begin"], line)) is is_header(line)
    assert bool(re.match(RULES["block"]["end"], line)) is is_header(line)
    assert bool(re.match(RULES["comment"]["match"], line)) is is_comment(line)
    assert bool(re.match(RULES["turn"]["begin"], line)) is (turn_role(line) is not None)
    assert bool(re.match(RULES["quoted"]["begin"], line)) is (quote_length(line) > 0)
    assert bool(head_ends.match(line)) is not (is_setting(line) or is_comment(line) or is_row(line))


@pytest.mark.parametrize("rule", ["turn", "text"])
@pytest.mark.parametrize("line", LINES)
def test_text_ends_at_the_next_turn_or_block(rule: str, line: str) -> None:
    """
    Nothing but a header or a turn marker ends a text.
    """
    ends = re.match(RULES[rule]["end"], line) is not None

    assert ends is (is_header(line) or turn_role(line) is not None)


def test_quoted_body_ends_at_as_many_quotes_and_knows_no_header() -> None:
    """
    The closing line refers back to the opening one, and only parameters are colored inside.
    """
    quoted = RULES["quoted"]

    assert quoted["end"] == r"^(\1)[ \t]*$"
    assert quoted["patterns"] == [{"include": "#param"}]


def test_settings_of_the_grammar_are_those_of_the_table() -> None:
    """
    Each setting that may stand in a suite is colored, and no other.
    """
    opening = re.compile(r"^\^\(+@\)?(?:\(\?:|\()?([a-z|-]+)\)")
    known = [
        found[1].split("|")
        for pattern in patterns_below(RULES["setting"])
        if (found := opening.match(pattern))
    ]

    assert sorted(name for names in known for name in names) == sorted(
        name for name, spec in SETTINGS.items() if spec.scopes != (Scope.PROJECT,)
    )


@pytest.mark.parametrize("words", [Role, ExpectKind, MatchMode])
def test_words_of_the_format_are_coloured(words: type[Role] | type[ExpectKind] | type[MatchMode]) -> None:
    """
    No role, expectation or match mode is missing from the grammar.
    """
    listed = {word for pattern in patterns_below(RULES) for word in re.findall(r"[a-z][a-z-]+", pattern)}

    assert {str(word) for word in words} <= listed


def test_every_rule_that_is_included_exists() -> None:
    """
    A misspelt include would silently color nothing.
    """
    included = set(re.findall(r'"include": "#([a-z]+)"', json.dumps(GRAMMAR)))

    assert included == set(RULES)


def test_language_configuration_is_read_by_the_editor() -> None:
    """
    The configuration is plain JSON, and comments start as the format says.
    """
    configuration = json.loads((ROOT / "language-configuration.json").read_text(encoding="utf-8"))

    assert is_comment(f"{configuration['comments']['lineComment']} x")
