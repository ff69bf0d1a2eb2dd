"""
Listing and dropping approved examples, with those that a merge left behind.
"""

from typing import Any

import pytest

from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.services.approve import approve_results, drop_examples, examples_of
from llmentary_regression.services.select import Selection, SuiteCase, select_cases
from project_scene import MakeScene, Scene

QUESTION = "How long may I return it?"
ANSWERS = (
    "You may return it within 30 days of delivery.",
    "Returns are open for a month, whatever you bought from us.",
    "No returns at all, sorry; every sale is final here.",
)


async def three_examples(scene: MakeScene) -> tuple[Any, SuiteCase]:
    made = scene({"faq.llmtest": f"{QUESTION}\n"})
    for answer in ANSWERS:
        made.pool.answers[QUESTION] = answer
        approve_results(made.open(), await made.run(), as_example=True)
    return made, select_cases(made.open(), Selection(), made.root).cases[0]


async def verdict_on(made: Scene, answer: str) -> VerdictKind:
    made.pool.answers[QUESTION] = answer
    (result,) = await made.run()
    return result.verdict.kind


async def test_a_dropped_example_no_longer_passes(scene: MakeScene) -> None:
    """
    The others do.
    """
    made, case = await three_examples(scene)

    left = drop_examples(made.open(), case, [2])

    assert left == len(examples_of(made.open(), case)) == 2
    assert await verdict_on(made, ANSWERS[0]) is VerdictKind.PASSED
    assert await verdict_on(made, ANSWERS[1]) is not VerdictKind.PASSED
    assert await verdict_on(made, ANSWERS[2]) is VerdictKind.PASSED


async def test_a_case_without_examples_is_new(scene: MakeScene) -> None:
    """
    Its baseline is gone from the file.
    """
    made, case = await three_examples(scene)

    assert drop_examples(made.open(), case, [1, 2, 3]) == 0

    assert made.open().store.read("faq.llmtest") == {}
    assert await verdict_on(made, ANSWERS[0]) is VerdictKind.NEW


async def test_a_wrong_number_changes_nothing(scene: MakeScene) -> None:
    """
    Neither do the right ones beside it.
    """
    made, case = await three_examples(scene)

    with pytest.raises(UsageError, match="has no example 4; its examples are numbered 1 to 3"):
        drop_examples(made.open(), case, [1, 4])

    assert len(examples_of(made.open(), case)) == 3


async def test_dropping_of_a_new_case_is_said(scene: MakeScene) -> None:
    """
    There is nothing to drop.
    """
    made = scene({"faq.llmtest": f"{QUESTION}\n"})
    (case,) = select_cases(made.open(), Selection(), made.root).cases

    with pytest.raises(UsageError, match="no approved example"):
        drop_examples(made.open(), case, [1])
