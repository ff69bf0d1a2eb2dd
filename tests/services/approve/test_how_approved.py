"""
What is kept of how an approval came about: by which way, and how many samples agreed with it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import llmentary_regression
from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.model import Answer, CaseResult
from llmentary_regression.services.approve import approve_results, drop_examples
from llmentary_regression.services.run._judging import combine_samples
from llmentary_regression.services.select import Selection, select_cases
from project_scene import MakeScene, Scene

QUESTION = "How long may I return it?"
ANSWER = "You may return it within 30 days of delivery."
PRESENTED = "You may return it within **thirty days** of delivery."
OTHER = "You may return it within 14 days of delivery."
_WRITERS = {"approve_results", "save_capture"}
_PACKAGE = Path(llmentary_regression.__file__).parent


def baseline_of(made: Scene) -> Baseline:
    (baseline,) = made.open().store.read("faq.llmtest").values()
    return baseline


async def sampled(made: Scene, *answers: str) -> CaseResult:
    """
    Return the result of a case that gave these answers in turn.
    """
    results = []
    for answer in answers:
        made.pool.answers[QUESTION] = Answer(answer)
        results += await made.run()
    return combine_samples(results)


def test_every_way_of_approving_says_which_it_is() -> None:
    """A call without `via` would keep an approval of which nobody can say how it came about."""
    calls = [
        (path.name, call.lineno)
        for path in _PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and (
            (getattr(call.func, "id", None) in _WRITERS)
            or any(getattr(argument, "id", None) in _WRITERS for argument in call.args)
        )
        and "via" not in {keyword.arg for keyword in call.keywords}
    ]

    assert calls == []


async def test_the_way_is_kept_with_each_example(scene: MakeScene) -> None:
    """Of several examples each has its own."""
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER})
    approve_results(made.open(), await made.run(), via="train")
    made.pool.answers[QUESTION] = OTHER
    approve_results(made.open(), await made.run(), as_example=True, via="editor")

    assert [example.via for example in baseline_of(made).examples] == ["train", "editor"]


@pytest.mark.parametrize(
    ("answers", "agreed"),
    [
        ((ANSWER, ANSWER, ANSWER), 3),
        ((ANSWER, PRESENTED, ANSWER), 3),
        ((ANSWER, OTHER, PRESENTED), 2),
        ((ANSWER, OTHER), 1),
    ],
)
async def test_samples_are_counted_that_lie_within_what_is_approved(
    scene: MakeScene, answers: tuple[str, ...], agreed: int
) -> None:
    """They are judged against the new examples, as any later answer is."""
    made = scene({"faq.llmtest": f"{QUESTION}\n"})

    approve_results(made.open(), [await sampled(made, *answers)])

    baseline = baseline_of(made)
    assert (baseline.asked, baseline.agreed) == (len(answers), agreed)


async def test_nothing_is_counted_where_the_case_was_asked_once(scene: MakeScene) -> None:
    """One of one says nothing."""
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER})

    approve_results(made.open(), await made.run())

    assert (baseline_of(made).asked, baseline_of(made).agreed) == (None, None)


async def test_samples_of_a_real_run_are_counted(scene: MakeScene) -> None:
    """`@samples` is enough."""
    made = scene({"faq.llmtest": f"=== case\n@samples 4\n\n{QUESTION}\n"}, {QUESTION: ANSWER})

    approve_results(made.open(), await made.run())

    assert (baseline_of(made).asked, baseline_of(made).agreed) == (4, 4)


async def test_a_further_example_counts_against_both(scene: MakeScene) -> None:
    """Each answer lies within the set that holds it."""
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER})
    approve_results(made.open(), await made.run())

    approve_results(made.open(), [await sampled(made, OTHER, ANSWER, OTHER)], as_example=True)

    baseline = baseline_of(made)
    assert (len(baseline.examples), baseline.asked, baseline.agreed) == (2, 3, 3)


async def test_counts_go_with_the_examples_that_they_were_made_against(scene: MakeScene) -> None:
    """After an example was dropped, nobody knows how many would agree."""
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER})
    approve_results(made.open(), await made.run())
    approve_results(made.open(), [await sampled(made, OTHER, ANSWER)], as_example=True)

    drop_examples(made.open(), select_cases(made.open(), Selection(), made.root).cases[0], [1])

    assert (baseline_of(made).asked, baseline_of(made).agreed) == (None, None)
