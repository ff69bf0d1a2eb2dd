"""
Running and approving, with a pool that answers from a dict and a real store.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from llmentary_regression.core.errors import KeyMissingError, KeyWrongError, UsageError
from llmentary_regression.core.model import Answer, Failure, FailureKind, VerdictKind
from llmentary_regression.services.approve import approve_results, can_approve
from llmentary_regression.services.run import diff_of, is_failing, summarize
from project_scene import MakeScene, Scene

QUESTION = "How long do I have to return a jacket?"
ANSWER = "You can return a jacket within 30 days of delivery for a full refund."
SHORTER = "You can return a jacket within 14 days of delivery for a full refund."


async def approved_scene(scene: MakeScene, suite: str = f"{QUESTION}\n", answer: str = ANSWER) -> Scene:
    made = scene({"faq.llmtest": suite}, {QUESTION: answer})
    assert approve_results(made.open(), await made.run()).count == 1
    return made


async def test_first_answer_is_new(scene: MakeScene) -> None:
    """
    Without a baseline there is nothing to hold an answer against.
    """
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER})

    (result,) = await made.run()

    assert result.verdict.kind is VerdictKind.NEW
    assert can_approve(result)


async def test_approved_answer_passes(scene: MakeScene) -> None:
    """
    The same answer passes once it is approved.
    """
    made = await approved_scene(scene)

    (result,) = await made.run()

    assert result.verdict.kind is VerdictKind.PASSED


async def test_changed_fact_is_changed_with_a_redacted_diff(scene: MakeScene) -> None:
    """
    A changed number is found, said, and drawn without the approved word.
    """
    made = await approved_scene(scene)
    made.pool.answers[QUESTION] = SHORTER
    project = made.open()

    (result,) = await made.run(project=project)

    assert result.verdict.kind is VerdictKind.CHANGED
    assert "14" in result.verdict.message
    diff = diff_of(project, result)
    assert diff is not None
    assert "30" not in diff.left
    assert diff.right == SHORTER


async def test_approving_the_change_makes_it_pass(scene: MakeScene) -> None:
    """
    The new answer takes the place of the previous one.
    """
    made = await approved_scene(scene)
    made.pool.answers[QUESTION] = SHORTER
    approve_results(made.open(), await made.run())

    (now,) = await made.run()
    made.pool.answers[QUESTION] = ANSWER
    (previous,) = await made.run()

    assert now.verdict.kind is VerdictKind.PASSED
    assert previous.verdict.kind is VerdictKind.CHANGED


async def test_example_keeps_the_former_answer(scene: MakeScene) -> None:
    """
    An answer approved as another example stands beside the others.
    """
    made = await approved_scene(scene)
    made.pool.answers[QUESTION] = SHORTER
    approve_results(made.open(), await made.run(), as_example=True)

    (now,) = await made.run()
    made.pool.answers[QUESTION] = ANSWER
    (previous,) = await made.run()

    assert {now.verdict.kind, previous.verdict.kind} == {VerdictKind.PASSED}


async def test_oldest_examples_are_dropped_beyond_the_limit(scene: MakeScene) -> None:
    """
    `@examples 2` keeps the two newest.
    """
    made = await approved_scene(scene, suite=f"@examples 2\n{QUESTION}\n")
    for days in (14, 7):
        made.pool.answers[QUESTION] = f"You can return it within {days} days."
        approve_results(made.open(), await made.run(), as_example=True)

    baselines = made.open().store.read("faq.llmtest")

    assert [len(baseline.examples) for baseline in baselines.values()] == [2]


async def test_failure_of_the_callable_is_an_error_and_cannot_be_approved(scene: MakeScene) -> None:
    """
    What raised has no answer to approve.
    """
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: Failure(FailureKind.RAISED, "KeyError: x")})

    (result,) = await made.run()

    assert (result.verdict.kind, result.verdict.reason) == (VerdictKind.ERROR, "raised")
    assert not can_approve(result)
    assert approve_results(made.open(), [result]).count == 0


async def test_case_without_a_callable_is_an_error_with_the_fix(scene: MakeScene) -> None:
    """
    Nothing is asked, and the message says where to set it.
    """
    made = scene({"llmentary.toml": "", "faq.llmtest": f"{QUESTION}\n"})

    (result,) = await made.run()

    assert result.verdict.reason == "no-callable"
    assert "@callable" in result.verdict.message
    assert made.pool.asked == []


async def test_skipped_case_is_not_asked(scene: MakeScene) -> None:
    """
    `@skip` gives its reason as the message.
    """
    made = scene({"faq.llmtest": f"=== one\n@skip until spring\n\n{QUESTION}\n"})

    (result,) = await made.run()

    assert (result.verdict.kind, result.verdict.message) == (VerdictKind.SKIPPED, "until spring")
    assert made.pool.asked == []


async def test_unmet_expectation_fails_whatever_is_approved(scene: MakeScene) -> None:
    """
    An expectation holds for every answer, and the failing one is quoted.
    """
    made = scene({"faq.llmtest": f'@expect contains "60 days"\n{QUESTION}\n'}, {QUESTION: ANSWER})

    (result,) = await made.run()

    assert result.verdict.kind is VerdictKind.FAILED
    assert 'contains "60 days"' in result.verdict.message
    assert not can_approve(result)


async def test_masked_text_does_not_count(scene: MakeScene) -> None:
    """
    What a `@mask` hides may differ from run to run.
    """
    made = await approved_scene(scene, suite=f"@mask /ticket \\d+/\n{QUESTION}\n", answer="See ticket 12.")
    made.pool.answers[QUESTION] = "See ticket 99."

    (result,) = await made.run()

    assert result.verdict.kind is VerdictKind.PASSED


async def test_judge_callable_decides_claims(scene: MakeScene) -> None:
    """
    `@expect satisfies` puts question, answer and claim to the developer's judge.
    """
    made = scene(
        {"faq.llmtest": f'@judge app:judge\n@expect satisfies "names a limit"\n{QUESTION}\n'},
        {QUESTION: ANSWER},
    )
    made.pool.says = 0.2

    (result,) = await made.run()

    assert result.verdict.kind is VerdictKind.FAILED
    assert made.pool.called == [("app:judge", [QUESTION, ANSWER, "names a limit"])]


async def test_judge_callable_that_says_nonsense_is_an_error(scene: MakeScene) -> None:
    """
    Its mistake is not the answer's.
    """
    made = scene(
        {"faq.llmtest": f'@judge app:judge\n@expect satisfies "names a limit"\n{QUESTION}\n'},
        {QUESTION: ANSWER},
    )
    made.pool.says = "maybe"

    (result,) = await made.run()

    assert (result.verdict.kind, result.verdict.reason) == (VerdictKind.ERROR, "judge")


@pytest.mark.parametrize(("rate", "verdict"), [("1/3", VerdictKind.NEW), ("1", VerdictKind.NEW)])
async def test_samples_give_one_result_a_case(scene: MakeScene, rate: str, verdict: VerdictKind) -> None:
    """
    A case asked three times is one row with three verdicts.
    """
    made = scene({"faq.llmtest": f"@samples 3\n@pass-rate {rate}\n{QUESTION}\n"}, {QUESTION: ANSWER})

    (result,) = await made.run()

    assert result.verdict.kind is verdict
    assert len(result.samples) == 3


async def test_unsure_may_be_let_pass(scene: MakeScene) -> None:
    """
    `@unsure pass` makes a rewording pass, with its reason kept.
    """
    made = await approved_scene(scene)
    made.pool.answers[QUESTION] = "Jackets go back within 30 days after they arrive; the refund is complete."
    (warned,) = await made.run()
    made.write({"faq.llmtest": f"@unsure pass\n{QUESTION}\n"})
    (passed,) = await made.run()

    assert warned.verdict.kind is VerdictKind.UNSURE
    assert passed.verdict.kind is VerdictKind.PASSED
    assert passed.verdict.reason == warned.verdict.reason


async def test_strictness_decides_on_new_and_unsure(scene: MakeScene) -> None:
    """
    Strict runs fail on what nobody has approved.
    """
    made = scene({"faq.llmtest": f"{QUESTION}\n"}, {QUESTION: ANSWER})

    (result,) = await made.run()

    assert is_failing(result, strict=True)
    assert not is_failing(result, strict=False)


async def test_suite_outside_the_project_runs_but_is_not_approved(scene: MakeScene, tmp_path: Path) -> None:
    """
    There is no place below the root to keep its baselines.
    """
    made = scene({})
    outside = tmp_path / "elsewhere.llmtest"
    outside.write_text(f"{QUESTION}\n", encoding="utf-8")
    made.pool.answers[QUESTION] = ANSWER

    (result,) = await made.run(str(outside))

    assert result.verdict.kind is VerdictKind.NEW
    with pytest.raises(UsageError, match="outside the project"):
        approve_results(made.open(), [result])


async def test_approved_again_only_what_differs_is_written(scene: MakeScene) -> None:
    """
    A thousand approvals leave a file each; approving one more leaves the others as they are.
    """
    questions = [f"Question number {number}?" for number in range(1000)]
    made = scene(
        {"faq.llmtest": "\n".join(questions)}, {question: f"Answer to {question}" for question in questions}
    )
    results = await made.run()
    project = made.open()

    assert approve_results(project, results[:999]).count == 999
    folder = made.root / ".llmentary" / "baselines" / "faq.llmtest"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert approve_results(project, results[999:]).count == 1

    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(after) == 1000
    assert before.items() <= after.items()


async def test_missing_key_is_said_and_nothing_is_asked(scene: MakeScene) -> None:
    """
    A lost key never reads as changed answers.
    """
    made = await approved_scene(scene)
    (made.root / ".llmentary" / "key").unlink()
    made.environ = {"LLMENTARY_HOME": str(made.root / "another home")}
    made.pool.asked.clear()

    with pytest.raises(KeyMissingError):
        await made.run()

    assert made.pool.asked == []


async def test_wrong_key_is_said(scene: MakeScene) -> None:
    """
    A key that opens nothing is called the wrong key.
    """
    made = await approved_scene(scene)
    made.environ = {**made.environ, "LLMENTARY_KEY": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="}

    with pytest.raises(KeyWrongError):
        await made.run()


async def test_damaged_baseline_file_is_an_error_of_its_cases_and_left_alone(scene: MakeScene) -> None:
    """
    The rest of the run goes on, and the file keeps its bytes.
    """
    made = await approved_scene(scene)
    (path,) = (made.root / ".llmentary" / "baselines" / "faq.llmtest").iterdir()
    path.write_text("<<<<<<< ours\n", encoding="utf-8")

    (result,) = await made.run()

    assert (result.verdict.kind, result.verdict.reason) == (VerdictKind.ERROR, "baseline")
    assert path.read_text(encoding="utf-8") == "<<<<<<< ours\n"


async def test_edited_question_of_a_named_case_is_new(scene: MakeScene) -> None:
    """
    An approval is for the question that was asked.
    """
    made = scene({"faq.llmtest": f"=== one\n{QUESTION}\n"}, {QUESTION: ANSWER, "And a coat?": ANSWER})
    approve_results(made.open(), await made.run())
    made.write({"faq.llmtest": "=== one\nAnd a coat?\n"})

    (result,) = await made.run()

    assert result.verdict.kind is VerdictKind.NEW
    assert result.verdict.reason != "no-baseline"


async def test_json_answer_is_kept_and_compared(scene: MakeScene) -> None:
    """
    `@match json` sees the value behind the text.
    """
    value = Answer('{"days": 30}', data={"days": 30}, has_data=True)
    made = scene({"faq.llmtest": f"@match json\n{QUESTION}\n"}, {QUESTION: value})
    approve_results(made.open(), await made.run())
    (same,) = await made.run()
    made.pool.answers[QUESTION] = replace(value, text='{"days": 14}', data={"days": 14})
    (other,) = await made.run()

    assert same.verdict.kind is VerdictKind.PASSED
    assert other.verdict.kind is VerdictKind.CHANGED


async def test_summary_counts_every_verdict(scene: MakeScene) -> None:
    """
    Verdicts that did not occur are there with 0.
    """
    made = scene({"faq.llmtest": f"{QUESTION}\nUnknown?\n"}, {QUESTION: ANSWER})

    counts = summarize(await made.run())

    assert counts[VerdictKind.NEW] == 1
    assert counts[VerdictKind.ERROR] == 1
    assert set(counts) == set(VerdictKind)


async def test_field_spoiled_by_hand_is_an_error_of_its_case(scene: MakeScene) -> None:
    """
    Documents are decoded as they are needed, and what cannot be decoded costs its own case alone.
    """
    made = await approved_scene(scene)
    (path,) = (made.root / ".llmentary" / "baselines" / "faq.llmtest").iterdir()
    path.write_text(
        path.read_text(encoding="utf-8").replace('"mac": "', '"mac": "!'), encoding="utf-8", newline=""
    )

    (result,) = await made.run()

    assert (result.verdict.kind, result.verdict.reason) == (VerdictKind.ERROR, "baseline")


@pytest.mark.parametrize(
    ("schema", "verdict"),
    [
        ('{"type": "object", "required": ["days"]}', VerdictKind.NEW),
        ('{"type": "object", "required": ["weeks"]}', VerdictKind.FAILED),
        ('{"type": "object", "patternProperties": {}}', VerdictKind.ERROR),
        ("{", VerdictKind.ERROR),
        (None, VerdictKind.ERROR),
    ],
)
async def test_json_schema_decides_or_says_why_it_cannot(
    scene: MakeScene, schema: str | None, verdict: VerdictKind
) -> None:
    """
    A schema that cannot be used is an error of the case, never an expectation that seems to fail.
    """
    files = {"faq.llmtest": f"@expect json-schema answer.json\n{QUESTION}\n"}
    if schema is not None:
        files["answer.json"] = schema
    made = scene(files, {QUESTION: Answer('{"days": 30}', data={"days": 30}, has_data=True)})

    (result,) = await made.run()

    assert result.verdict.kind is verdict
    assert verdict is not VerdictKind.ERROR or "answer.json" in result.verdict.message
