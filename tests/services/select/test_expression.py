"""
Expressions of `-k`.
"""

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.services.select._expression import read_expression


def check(expression: str, text: str, expected: bool) -> None:
    assert read_expression(expression)(text) is expected


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        ("refund", "What is our Refund policy?", True),
        ("refund", "Do you ship to Norway?", False),
        ("refund policy", "What is our refund policy?", True),
        ("policy refund", "What is our refund policy?", False),
        ("refund and norway", "What is our refund policy?", False),
        ("refund and policy", "What is our refund policy?", True),
        ("refund or norway", "Do you ship to Norway?", True),
        ("not refund", "Do you ship to Norway?", True),
        ("not not refund", "refund", True),
        ("refund and not (norway or policy)", "refund window", True),
        ("refund and not (norway or policy)", "refund policy", False),
        ("a or b and c", "a", True),
        ('"not now"', "not now, later", True),
        ('"or"', "this or that", True),
        ("STRASSE", "straße", True),
    ],
)
def test_expression_selects(expression: str, text: str, expected: bool) -> None:
    """
    Words, operators, quotes and case do what they say.
    """
    check(expression, text, expected)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "needs an expression"),
        ("   ", "needs an expression"),
        ("and", "a word is missing"),
        ("refund and", "a word is missing"),
        ("(refund", "a `)` is missing"),
        ("refund)", "is not expected"),
        ('"refund', "closing quote is missing"),
        ("refund not policy", "is not expected"),
        ("(" * 20_000 + "a" + ")" * 20_000, "more than 100 parentheses"),
    ],
)
def test_unreadable_expression_is_refused_with_its_reason(expression: str, reason: str) -> None:
    """
    A slip in the expression is said, never guessed at.
    """
    with pytest.raises(UsageError) as caught:
        read_expression(expression)

    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("not " * 20_000 + "a", True),
        ("not " * 20_001 + "a", False),
        (" or ".join(["b"] * 8_000 + ["a"]), True),
        (" and ".join(["a"] * 8_000), True),
        ("(" * 100 + "a" + ")" * 100, True),
        ("(a) or " * 500 + "a", True),
    ],
)
def test_expressions_of_any_length_are_read(expression: str, expected: bool) -> None:
    """
    A script may list thousands of names; none of them takes a level of Python's stack.
    """
    assert read_expression(expression)("a") is expected
