"""
Expectations, held against answers.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from llmentary_regression.core.judging import check_expectations, why_unmet
from llmentary_regression.core.model import Answer, Regex
from llmentary_regression.core.settings import read_expectation

ANSWER = Answer('You have 30 days, "no" questions asked.', tokens=9, cost=0.002, elapsed_s=1.5)
ORDER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}


def unmet(
    *lines: str,
    answer: Answer = ANSWER,
    regex_matches: Mapping[Regex, bool] | None = None,
    claims: Mapping[str, bool] | None = None,
) -> list[str]:
    """
    Return the expectations that do not hold, as they are written.
    """
    found = check_expectations(
        [read_expectation(line) for line in lines],
        answer,
        regex_matches=regex_matches or {},
        schemas={"order.json": ORDER, "broken.json": {"pattern": "x"}},
        claims=claims or {},
    )
    return [str(one) for one in found]


@pytest.mark.parametrize(
    "line",
    [
        'contains "30 days"',
        'contains "\\"no\\" questions"',
        'not contains "30 Days"',
        'equals "You have 30 days, \\"no\\" questions asked."',
        'not equals "You have 30 days"',
        'one-of "yes" " You have 30 days, \\"no\\" questions asked. "',
        "max-latency 1.5s",
        "max-chars 39",
        "max-tokens 9",
        "max-cost 0.002",
    ],
)
def test_holds(line: str) -> None:
    """
    Expectations that the answer keeps.
    """
    assert unmet(line) == []


@pytest.mark.parametrize(
    "line",
    [
        'contains "14 days"',
        'not contains "30 days"',
        'equals "yes"',
        'one-of "yes" "no"',
        "max-latency 1.4s",
        "max-chars 38",
        "max-tokens 8",
        "max-cost 0.001",
    ],
)
def test_does_not_hold_and_is_worded_as_written(line: str) -> None:
    """
    Expectations that the answer breaks come back, and read as their author wrote them.
    """
    assert unmet(line) == [line]


@pytest.mark.parametrize(("found", "line"), [(False, "matches /30/i"), (True, "not matches /30/i")])
def test_regular_expressions_are_matched_elsewhere(found: bool, line: str) -> None:
    """
    Only the outcome of a search counts here.
    """
    assert unmet(line, regex_matches={Regex("30", "i"): found}) == [line]
    assert unmet(line, regex_matches={Regex("30", "i"): not found}) == []


def test_claims_are_judged_elsewhere() -> None:
    """
    A claim holds if the developer's judge says so; unjudged, it does not.
    """
    assert unmet('satisfies "names the limit"', claims={"names the limit": True}) == []
    assert unmet('satisfies "names the limit"', claims={"names the limit": False}) != []
    assert unmet('satisfies "names the limit"') != []


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        (Answer('{"id": 1}'), True),
        (Answer('{"id": "1"}'), False),
        (Answer("no JSON at all"), False),
        (Answer("ignored", data={"id": 2}, has_data=True), True),
        (Answer('{"id": 1}', data=None, has_data=True), False),
    ],
)
def test_json_answers_are_held_against_the_schema(answer: Answer, holds: bool) -> None:
    """
    The value itself counts where there is one, else the text read as JSON.
    """
    assert (unmet("json-schema order.json", answer=answer) == []) is holds


@pytest.mark.parametrize("line", ["max-tokens 9", "max-cost 1"])
def test_what_was_not_reported_is_not_within_a_limit(line: str) -> None:
    """
    A limit never seems to hold for want of a number.
    """
    assert unmet(line, answer=Answer("yes")) == [line]


@pytest.mark.parametrize("name", ["missing.json", "broken.json"])
def test_schema_that_cannot_be_used_does_not_hold(name: str) -> None:
    """
    An unusable schema never seems to hold.
    """
    assert unmet(f"json-schema {name}", answer=Answer("{}")) == [f'json-schema "{name}"']


def test_all_that_do_not_hold_come_back_in_order() -> None:
    """
    Nothing stops at the first.
    """
    assert unmet("max-chars 1", 'contains "30"', "max-tokens 1") == ["max-chars 1", "max-tokens 1"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("max-chars 10", "39"),
        ("max-latency 1s", "1.5s"),
        ("max-tokens 8", "9"),
        ('json-schema "order.json"', "the answer is not JSON"),
        ('contains "14 days"', None),
    ],
)
def test_what_was_measured_is_told(line: str, why: str | None) -> None:
    """
    A limit that is passed says by how much; what is said in full already says no more.
    """
    assert why_unmet(read_expectation(line), ANSWER, {"order.json": ORDER}) == why


def test_a_missing_measure_is_told() -> None:
    """
    Tokens that were never reported are not the answer's fault.
    """
    said = why_unmet(read_expectation("max-tokens 8"), Answer("yes"), {})

    assert said == "the callable reported none"
