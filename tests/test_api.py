"""
The two low-level functions of the public API, and how little importing it costs.
"""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import llmentary_regression as llmentary
from llmentary_regression.api import Report
from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import (
    Case,
    CaseResult,
    CaseSettings,
    Position,
    Reason,
    Role,
    Span,
    Turn,
    Verdict,
    VerdictKind,
)

KEY = bytes(range(32))
SPAN = Span(Position(0, 0), Position(0, 4))
ANSWER = "You can return a jacket within 30 days of delivery for a full refund."


def result(verdict: str) -> CaseResult:
    """
    Return the result of a case, with that verdict.
    """
    case = Case("k", None, None, (Turn(Role.USER, "How long?"),), (), (), SPAN, SPAN)
    return CaseResult("faq.llmtest", case, CaseSettings(), Verdict(VerdictKind(verdict), Reason.OTHER_TOPIC))


def test_an_unchanged_answer_passes() -> None:
    """Whatever the question was, which is not kept."""
    kept = llmentary.fingerprint(ANSWER, key=KEY, question="How long?")

    verdict = llmentary.compare(kept, ANSWER, key=KEY, question="How long?")

    assert (str(verdict.kind), verdict.reason) == ("passed", "same-text")
    assert "How long" not in kept


def test_several_fingerprints_are_alternatives() -> None:
    """One that passes is enough; otherwise the nearest gives the reason."""
    kept = [llmentary.fingerprint(answer, key=KEY) for answer in ("Ask Maria.", ANSWER)]

    assert str(llmentary.compare(kept, ANSWER.upper(), key=KEY).kind) == "passed"
    assert llmentary.compare(kept, ANSWER.replace("30", "14"), key=KEY).reason == "number-differs"
    assert str(llmentary.compare([], ANSWER, key=KEY).kind) == "new"


@pytest.mark.parametrize(
    ("match", "answer", "verdict"),
    [
        ("exact", ANSWER + " ", "changed"),
        ("normalized", "**" + ANSWER + "**", "passed"),
        ("normalized", ANSWER.replace("full", "whole"), "changed"),
        ("similar", ANSWER.replace("full", "whole"), "unsure"),
        ("similar 0.8", ANSWER.replace("full", "whole"), "passed"),
        ("none", "Anything.", "passed"),
    ],
)
def test_the_mode_decides(match: str, answer: str, verdict: str) -> None:
    """Spelled as in a suite."""
    kept = llmentary.fingerprint(ANSWER, key=KEY)

    assert str(llmentary.compare(kept, answer, key=KEY, match=match).kind) == verdict


def test_pins_and_their_aliases_decide_over_wording() -> None:
    """A pin is a phrase, or a phrase and its aliases."""
    kept = llmentary.fingerprint(ANSWER, key=KEY, pins=[("30 days", "one month")])

    assert llmentary.compare(kept, "You have thirty days.", key=KEY).reason == "pins-hold"
    assert llmentary.compare(kept, "You have one month.", key=KEY).reason == "pins-hold"
    assert llmentary.compare(kept, "You have a week.", key=KEY).reason == "pin-missing"


def test_a_pin_may_bear_a_name() -> None:
    """Which messages use; one that says what it pins is refused."""
    kept = llmentary.fingerprint(ANSWER, key=KEY, pins={"return window": ["30 days", "a month"]})

    assert llmentary.compare(kept, "You have a month.", key=KEY).reason == "pins-hold"
    missed = llmentary.compare(kept, "You have a week.", key=KEY)
    assert missed.message == "the pinned phrase `return window` is missing"
    with pytest.raises(LlmentaryError, match="says what it pins"):
        llmentary.fingerprint(ANSWER, key=KEY, pins={"the 30 days": "30 days"})


@pytest.mark.parametrize("key", [b"", b"short", bytes(33)])
def test_a_key_of_another_size_is_refused(key: bytes) -> None:
    """32 bytes, as documented."""
    with pytest.raises(ValueError, match="32"):
        llmentary.fingerprint(ANSWER, key=key)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}"])
def test_something_that_is_no_fingerprint_is_refused(text: str) -> None:
    """With one kind of error."""
    with pytest.raises(ValueError, match=r"."):
        llmentary.compare(text, ANSWER, key=KEY)


@pytest.mark.parametrize("match", ["", "alike", "similar x"])
def test_a_mode_that_does_not_exist_is_refused(match: str) -> None:
    """So that a slip does not pass everything."""
    with pytest.raises(ValueError, match=r"."):
        llmentary.compare(llmentary.fingerprint(ANSWER, key=KEY), ANSWER, key=KEY, match=match)


def test_what_cannot_be_read_is_named() -> None:
    """A message of the JSON reader would not say which of the arguments is meant."""
    with pytest.raises(ValueError, match="this is not a fingerprint made by"):
        llmentary.compare("", ANSWER, key=KEY)
    with pytest.raises(ValueError, match="`match` wants `exact`"):
        llmentary.compare([], ANSWER, key=KEY, match="similr")


def test_a_report_shows_counts_and_not_its_cases() -> None:
    """A notebook shows the value of its last line, and the cases of a project would fill pages."""
    assert repr(Report(())) == "<Report: no case was asked>"
    assert repr(Report((result("passed"), result("passed"), result("changed")))) == (
        "<Report: 2 passed, 1 changed>"
    )


def test_another_key_is_an_error_and_no_change() -> None:
    """Nothing was compared."""
    verdict = llmentary.compare(llmentary.fingerprint(ANSWER, key=KEY), ANSWER, key=bytes(32))

    assert (str(verdict.kind), verdict.reason) == ("error", "not-authentic")


def test_importing_it_imports_nothing_heavy() -> None:
    """Training code imports it in production."""
    program = (
        "import sys, llmentary; "
        "print([name for name in ('cryptography', 'rapidfuzz', 'llmentary_regression.core') if name in sys.modules])"
    )

    found = subprocess.run(
        [sys.executable, "-S", "-c", _with_path(program)], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == "[]"


def test_the_public_names_are_sorted_and_there() -> None:
    """What `dir` shows can be used."""
    assert list(llmentary.__all__) == sorted(llmentary.__all__)
    assert all(hasattr(llmentary, name) for name in llmentary.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        llmentary.no_such_name  # noqa: B018


def _with_path(program: str) -> str:
    return f"import sys; sys.path[:0] = {sys.path!r}; {program}"


def test_the_short_name_offers_the_same() -> None:
    """
    `import llmentary` has every public name of `llmentary_regression`, as the same object, and its modules too.
    """
    import llmentary as short

    assert sorted(short.__all__) == sorted(llmentary.__all__)
    assert dir(short) == dir(llmentary)
    assert {name: getattr(short, name) for name in short.__all__} == {
        name: getattr(llmentary, name) for name in llmentary.__all__
    }
    assert short.__distribution__ == "llmentary-regression"
    for name in ("fastapi", "flask", "replay"):
        ours = importlib.import_module(f"llmentary_regression.{name}")
        theirs = importlib.import_module(f"llmentary.{name}")
        public = [
            key for key, value in vars(ours).items() if getattr(value, "__module__", "") == ours.__name__
        ]
        assert set(theirs.__all__) == {key for key in public if not key.startswith("_")}
        assert all(getattr(theirs, key) is getattr(ours, key) for key in theirs.__all__)
    with pytest.raises(AttributeError, match="module 'llmentary' has no attribute 'nonsense'"):
        _ = short.nonsense
