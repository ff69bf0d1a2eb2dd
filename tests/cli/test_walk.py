"""
The walk through answers keeps decisions until the end and lets the developer go back.
"""

from __future__ import annotations

from llmentary_regression.cli.walk import Decision, Walk
from llmentary_regression.core.model import (
    Answer,
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
from llmentary_regression.core.pins import PinSuggestion


def _result(
    name: str, kind: VerdictKind = VerdictKind.CHANGED, answer: str = "Within 30 days."
) -> CaseResult:
    span = Span(Position(0, 0), Position(0, 1))
    case = Case(f"key-{name}", name, None, (Turn(Role.USER, "q?"),), (), (), span, span)
    return CaseResult("a.llmtest", case, CaseSettings(), Verdict(kind, Reason.OTHER_WORDS), Answer(answer))


FACTS = [PinSuggestion("30 days", "number", False), PinSuggestion("Within", "name", True)]


def _names(results: list[CaseResult]) -> list[str | None]:
    return [result.case.name for result in results]


def _walked(*lines: str, walk: Walk | None = None) -> Walk:
    walk = walk or Walk([_result("one"), _result("two"), _result("three")])
    for line in lines:
        walk.take(line)
    return walk


def test_each_letter_decides_one_case() -> None:
    """
    Approve, example and reject go to the case at hand, in order; then the walk is over.
    """
    walk = _walked("a\n", " E \n", "r\n")

    assert walk.current is None
    assert _names(walk.decided(Decision.APPROVE)) == ["one"]
    assert _names(walk.decided(Decision.EXAMPLE)) == ["two"]
    assert _names(walk.decided(Decision.REJECT)) == ["three"]


def test_enter_alone_decides_nothing() -> None:
    """
    Neither an empty line nor an unknown word moves on.
    """
    walk = _walked("\n", "yes\n", "ab\n")

    assert walk.prompt.startswith("1/3")
    assert not any(walk.decided(decision) for decision in Decision)


def test_back_takes_the_decision_back() -> None:
    """
    After `b` the case before is open again, and another word replaces the first.
    """
    walk = _walked("a\n", "b\n")

    assert walk.decided(Decision.APPROVE) == []

    walk.take("r\n")

    assert _names(walk.decided(Decision.REJECT)) == ["one"]
    assert walk.prompt.startswith("2/3")


def test_back_at_the_first_case_says_so() -> None:
    """
    There is nothing before the first case, and the prompt does not offer it.
    """
    walk = Walk([_result("one")])

    assert "[b]ack" not in walk.prompt
    assert walk.take("b\n").text == "this is the first case"


def test_quit_keeps_what_was_approved() -> None:
    """
    The rest stays undecided.
    """
    walk = _walked("a\n", "q\n")

    assert walk.current is None
    assert _names(walk.decided(Decision.APPROVE)) == ["one"]


def test_a_new_answer_cannot_be_an_example() -> None:
    """
    Where nothing is approved the prompt offers no `e`, and `e` says why.
    """
    walk = Walk([_result("one", VerdictKind.NEW)])

    reply = walk.take("e\n")

    assert "[v]ariant" not in walk.prompt
    assert "nothing is approved yet" in reply.text
    assert walk.current is not None


def test_facts_are_pinned_by_number_and_phrases_by_typing() -> None:
    """
    Numbers choose from the list, a phrase of the answer may be typed with an alias, an empty line ends it.
    """
    walk = Walk([_result("one")], lambda _result: FACTS)

    listed = walk.take("p\n")
    walk.take("1\n")
    walk.take("within = inside of\n")
    closed = walk.take("\n")
    walk.take("a\n")

    assert listed.text == "  1  30 days  (number)\n  2  Within   (name, in the question as well)"
    assert closed.text == "pinned: 30 days, within = inside of"
    assert walk.pins == {("a.llmtest", "key-one"): (("30 days",), ("within", "inside of"))}


def test_a_pin_has_to_occur_in_the_answer() -> None:
    """
    A phrase that the answer does not hold would fail from the first run on.
    """
    walk = Walk([_result("one")], lambda _result: [])
    walk.take("p\n")

    reply = walk.take("60 days\n")

    assert "does not contain `60 days`" in reply.text
    assert walk.pins == {}


def test_a_number_beyond_the_list_may_be_a_phrase() -> None:
    """
    `30` chooses no fact of two but stands in the answer, so it is a phrase.
    """
    walk = Walk([_result("one")], lambda _result: FACTS)
    walk.take("p\n")
    walk.take("30\n")

    assert walk.pins == {("a.llmtest", "key-one"): (("30",),)}
