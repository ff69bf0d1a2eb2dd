"""
What a run may cost, and how fast it may ask.
"""

from collections import defaultdict

from llmentary_regression.core.model import Answer, VerdictKind
from llmentary_regression.services.run import RunLimits, run_cases
from llmentary_regression.services.run._limits import NO_LIMITS
from llmentary_regression.services.select import Selection, select_cases
from project_scene import MakeScene

ANSWERS = {question: Answer("Yes.", cost=0.4) for question in ("One?", "Two?", "Three?", "Four?", "Five?")}


async def check(
    scene: MakeScene, files: dict[str, str], limits: RunLimits, **settings: object
) -> tuple[list[str], list[str]]:
    """
    Return the questions that were asked, and the messages of those that were not.
    """
    made = scene(files, ANSWERS)
    project = made.open(**settings)
    cases = select_cases(project, Selection(), made.root).cases
    results = [one async for batch in run_cases(project, cases, limits) for one in batch]
    left = [one.verdict.message for one in results if one.verdict.reason == "max-cost"]
    assert all(one.verdict.kind is VerdictKind.ERROR for one in results if one.verdict.reason == "max-cost")
    assert len(results) == len(cases)
    return [ask.turns[0].text for ask in made.pool.asked], left


async def test_run_stops_asking_when_it_cost_enough(scene: MakeScene) -> None:
    """
    What was asked is reported, and the rest says why it was not.
    """
    asked, left = await check(
        scene, {"a.llmtest": "One?\nTwo?\nThree?\nFour?\n"}, NO_LIMITS, **{"max-cost": "0.5"}
    )

    assert asked == ["One?", "Two?"]
    assert (
        left
        == ["not asked: the answers so far cost 0.8, more than `max-cost` 0.5; raise it, or ask fewer cases"]
        * 2
    )


async def test_limit_of_a_suite_holds_for_its_own_cases(scene: MakeScene) -> None:
    """
    Another suite is asked all the same.
    """
    asked, left = await check(
        scene, {"a.llmtest": "@max-cost 0.1\nOne?\nTwo?\nThree?\n", "b.llmtest": "Four?\nFive?\n"}, NO_LIMITS
    )

    assert asked == ["One?", "Four?", "Five?"]
    assert "the answers of `a.llmtest` so far" in left[0]


async def test_command_line_overrules_what_suites_allow(scene: MakeScene) -> None:
    """
    `--max-cost` is for the whole run.
    """
    asked, _ = await check(
        scene, {"a.llmtest": "@max-cost 0.1\nOne?\nTwo?\nThree?\nFour?\n"}, RunLimits(max_cost=1.0)
    )

    assert asked == ["One?", "Two?", "Three?"]


async def test_runs_with_one_purse_have_one_budget(scene: MakeScene) -> None:
    """
    pytest asks case by case, and its limit is the session's; a suite's is for all of its cases.
    """
    spent: defaultdict[str | None, float] = defaultdict(float)
    limits = RunLimits(max_cost=1.0, spent=spent)

    first, _ = await check(scene, {"a.llmtest": "One?\nTwo?\n"}, limits)
    second, left = await check(scene, {"a.llmtest": "One?\nTwo?\n"}, limits)

    assert (first, second) == (["One?", "Two?"], ["One?"])
    assert "the answers so far cost 1.2, more than `max-cost` 1;" in left[0]


async def test_processes_that_do_not_meet_get_equal_parts(scene: MakeScene) -> None:
    """
    Together they ask no faster and spend no more than one would; the message says whose part it was.
    """
    limits = RunLimits(rate_per_minute=60.0, max_cost=1.2, parts=4)

    asked, left = await check(scene, {"a.llmtest": "One?\nTwo?\n"}, limits)

    assert asked == ["One?"]
    assert "more than this process's part (1 of 4) of `max-cost` 1.2;" in left[0]


async def test_rates_are_shared_by_those_who_set_them(scene: MakeScene) -> None:
    """
    A suite's own rate is its own; the project's is shared by all others; the command line's by all.
    """
    made = scene({"a.llmtest": "@rate 2/s\nOne?\n", "b.llmtest": "Two?\n"}, ANSWERS)

    async def rates(limits: RunLimits) -> list[tuple[str, float]]:
        made.pool.asked.clear()
        project = made.open(rate="30/min")
        cases = select_cases(project, Selection(), made.root).cases
        _ = [batch async for batch in run_cases(project, cases, limits)]
        given = [ask.rate for ask in made.pool.asked]
        return [(rate.name, rate.per_minute) for rate in given if rate is not None]

    assert await rates(NO_LIMITS) == [("a.llmtest", 120.0), ("", 30.0)]
    assert await rates(RunLimits(rate_per_minute=60.0)) == [("", 60.0), ("", 60.0)]
    assert await rates(RunLimits(parts=2)) == [("a.llmtest", 60.0), ("", 15.0)]
