"""
The wording of verdicts.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import llmentary_regression
from llmentary_regression.core.judging import FAILURES, REASONS, explain_unmet, explain_verdict
from llmentary_regression.core.model import Evidence, FailureKind, Reason


def test_a_differing_fact_shows_a_block_and_the_new_words() -> None:
    """The sentence of the specification."""
    evidence = [Evidence("number", "▇number▇", "14")]

    assert explain_verdict(Reason.NUMBER_DIFFERS, evidence) == "a number differs: approved ▇number▇, now `14`"


def test_an_added_and_a_lost_fact_read_naturally() -> None:
    """One side may be empty."""
    assert explain_verdict(Reason.NEGATION_DIFFERS, [Evidence("negation", None, "not")]).endswith(
        "`not` is new"
    )
    assert explain_verdict(Reason.NAME_DIFFERS, [Evidence("name", "▇name▇", None)]).endswith("now missing")


def test_further_places_are_counted() -> None:
    """One sentence stays one sentence."""
    evidence = [Evidence("number", "▇number▇", str(number)) for number in range(3)]

    assert explain_verdict(Reason.NUMBER_DIFFERS, evidence).endswith("now `0` (and 2 more)")


def test_pins_are_counted_and_not_quoted() -> None:
    """Both numbers agree with their noun."""
    assert explain_verdict(Reason.PIN_MISSING, [Evidence("pin", "1/2")]) == "1 of 2 pinned phrases is missing"
    assert (
        explain_verdict(Reason.PIN_MISSING, [Evidence("pin", "2/2")]) == "2 of 2 pinned phrases are missing"
    )
    assert explain_verdict(Reason.PIN_MISSING, [Evidence("pin", "1/1")]) == "the pinned phrase is missing"


def test_a_json_difference_names_its_path() -> None:
    """The new answer's own keys."""
    assert (
        explain_verdict(Reason.JSON_DIFFERS, [Evidence("path", now="$.refund.days")])
        == "$.refund.days changed"
    )
    assert explain_verdict(Reason.JSON_DIFFERS, [Evidence("path-added", now="$.x")]) == "$.x was added"


def test_each_expectation_has_a_line_and_quotes_no_answer_where_that_is_forbidden() -> None:
    """What was measured comes from the answer; what was expected stands in the suite."""
    evidence = [Evidence("expectation", "max-chars 10", "39"), Evidence("expectation", 'contains "yes"')]

    assert explain_unmet(evidence) == [
        "`@expect max-chars 10` does not hold: 39",
        '`@expect contains "yes"` does not hold',
    ]
    assert explain_unmet(evidence, quote_answer=False)[0] == "`@expect max-chars 10` does not hold"


def test_every_kind_of_failure_has_words() -> None:
    """Reports in files and `--no-answers` say them instead of an exception's text."""
    assert set(FAILURES) == set(FailureKind)


def test_every_reason_has_words() -> None:
    """Whoever adds a reason says what it means."""
    assert set(REASONS) == set(Reason)


def test_reasons_are_compared_as_members_of_the_enumeration() -> None:
    """A type checker finds a misspelt member, but not a misspelt string."""
    package = Path(llmentary_regression.__file__).parent
    compared = [
        f"{path.name}: {line.strip()}"
        for path in package.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\breason (==|!=|in|not in) [\"({]", line)
    ]

    assert compared == []


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_no_sentence_quotes_an_answer_where_that_is_forbidden(reason: Reason) -> None:
    """Reports in files hold no answer text."""
    evidence = [Evidence("number", "▇number▇", "xyzzy"), Evidence("path", now="$.xyzzy")]

    assert "xyzzy" not in explain_verdict(reason, evidence, quote_answer=False)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_each_reason_is_a_code_and_a_plain_sentence(reason: Reason) -> None:
    """Codes are stable, sentences are short."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", reason)
    assert len(REASONS[reason]) < 110
    assert not REASONS[reason].endswith(".")
