"""
The table of expectations, and the reader that goes by it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmentary_regression.core.model import ExpectKind
from llmentary_regression.core.settings import EXPECTATIONS, InvalidValue, read_expectation

GRAMMAR = Path(__file__).parents[3] / "syntaxes" / "llmtest.tmLanguage.json"


def test_every_kind_is_in_the_table() -> None:
    """
    Whoever adds a kind describes it.
    """
    assert list(EXPECTATIONS) == list(ExpectKind)


@pytest.mark.parametrize("kind", ExpectKind)
def test_the_example_is_a_valid_expectation_and_reads_as_written(kind: ExpectKind) -> None:
    """
    Messages show it to the author as what to write.
    """
    spec = EXPECTATIONS[kind]
    expected = spec.example if kind is not ExpectKind.JSON_SCHEMA else 'json-schema "order.schema.json"'

    assert str(read_expectation(spec.example)) == expected


@pytest.mark.parametrize("kind", ExpectKind)
def test_not_goes_with_the_kinds_that_say_so(kind: ExpectKind) -> None:
    """
    All others are refused by a message that lists those that may be negated.
    """
    spec = EXPECTATIONS[kind]

    if spec.may_be_negated:
        assert read_expectation(f"not {spec.example}").negated
    else:
        with pytest.raises(InvalidValue, match="`not` goes with `contains`, `matches` and `equals`"):
            read_expectation(f"not {spec.example}")


@pytest.mark.parametrize("kind", ExpectKind)
def test_what_completion_inserts_can_be_read_once_it_is_filled_in(kind: ExpectKind) -> None:
    """
    Placeholders stand where the author types.
    """
    filled = re.sub(r"\$\{1:([^}]*)\}", r"\1", re.sub(r"\$[0-9]", "x", EXPECTATIONS[kind].snippet))

    assert read_expectation(filled).kind is kind


@pytest.mark.parametrize(
    ("line", "better"),
    [
        ("contains 30 days", 'contains "30 days"'),
        ("not equals yes", 'not equals "yes"'),
        ("not-contains 30", "not contains 30"),
        ('not "30"', 'not contains "30"'),
        ("contain x", "contains x"),
    ],
)
def test_a_mistake_comes_with_the_whole_value_as_it_was_meant(line: str, better: str) -> None:
    """
    The editor puts it in place of what was written.
    """
    with pytest.raises(InvalidValue) as caught:
        read_expectation(line)

    assert caught.value.better == better


def test_the_grammar_colors_the_kinds_of_the_table() -> None:
    """
    Exactly these words, and `not`.
    """
    patterns = re.findall(r"\(\?:not\|([a-z|-]+)\)", GRAMMAR.read_text(encoding="utf-8"))

    assert [pattern.split("|") for pattern in patterns] == [[str(kind) for kind in EXPECTATIONS]]
