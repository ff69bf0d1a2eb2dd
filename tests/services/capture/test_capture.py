"""
What an application answered becomes a case with a baseline, and nothing else changes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from llmentary_regression.core.capture import Capture
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import Role, Turn, VerdictKind
from llmentary_regression.services.capture import preview_capture, save_capture, suite_path
from llmentary_regression.services.capture._captured_case import callable_below
from project_scene import MakeScene


def capture(question: str, answer: str, **more: object) -> Capture:
    fields: dict[str, object] = {"category": "support", "callable": "bot:ask", **more}
    return Capture(question, answer, **fields)  # type: ignore[arg-type]


async def test_a_kept_answer_passes_at_once(scene: MakeScene) -> None:
    """
    The suite is written, the baseline is there, and asking again gives `passed`.
    """
    made = scene({}, {"How long?": "For 30 days."})
    project = made.open()

    await save_capture(project, capture("How long?", "For 30 days.", tags=("faq",)))

    assert (made.root / "llmtests/support.llmtest").read_text() == "=== how-long #faq\n\nHow long?\n"
    assert [one.verdict.kind for one in await made.run()] == [VerdictKind.PASSED]
    made.pool.answers["How long?"] = "For 14 days."
    assert [one.verdict.kind for one in await made.run()] == [VerdictKind.CHANGED]


async def test_a_known_question_gains_an_example(scene: MakeScene) -> None:
    """
    Both answers pass from then on, and the suite stays byte for byte.
    """
    made = scene({"llmtests/support.llmtest": "How long?\r\n"})
    project = made.open()

    await save_capture(project, capture("How long?", "For 30 days."))
    await save_capture(project, capture("How long?", "It is a month."))

    assert (made.root / "llmtests/support.llmtest").read_bytes() == b"How long?\r\n"
    for answer in ("For 30 days.", "It is a month."):
        made.pool.answers["How long?"] = answer
        assert [one.verdict.kind for one in await made.run()] == [VerdictKind.PASSED]


async def test_looking_ahead_writes_nothing(scene: MakeScene) -> None:
    """
    Only keeping writes.
    """
    made = scene({})

    prepared = await preview_capture(made.open(), capture("How long?", "For 30 days."))

    assert not prepared.is_known
    assert prepared.result.verdict.kind is VerdictKind.NEW
    assert sorted(path.name for path in made.root.iterdir()) == ["llmentary.toml"]


async def test_an_approved_answer_is_told(scene: MakeScene) -> None:
    """
    Nobody has to be asked about what passes already.
    """
    made = scene({})
    await save_capture(made.open(), capture("How long?", "For 30 days."))

    assert (await preview_capture(made.open(), capture("How long?", "For 30 days."))).is_approved_already


async def test_other_arguments_make_another_case(scene: MakeScene) -> None:
    """
    The same question with another `@arg` or callable is not the same case.
    """
    made = scene({})
    project = made.open()

    await save_capture(project, capture("How long?", "For 30 days."))
    await save_capture(project, capture("How long?", "30 days!", args={"tone": "loud"}))
    await save_capture(project, capture("How long?", "A month", callable="other:ask"))

    text = (made.root / "llmtests/support.llmtest").read_text()
    assert '=== how-long-2\n@arg tone "loud"\n' in text
    assert "=== how-long-3\n@callable other:ask\n" in text


async def test_settings_of_the_suite_make_no_other_case(scene: MakeScene) -> None:
    """
    What the suite says for all its cases holds for what is written into it, and for finding it again.
    """
    made = scene({"llmtests/support.llmtest": '@callable bot:ask\n@arg tone "loud"\n'})

    await save_capture(made.open(), capture("How long?", "30 days!", callable="bot:ask"))
    await save_capture(made.open(), capture("How long?", "A month!", callable="bot:ask"))

    text = (made.root / "llmtests/support.llmtest").read_text()
    assert text.count("===") == 1
    assert text.count("@callable") == 1


async def test_only_user_turns_are_written(scene: MakeScene) -> None:
    """
    What the assistant or a system prompt said stays out of the suite, unless the developer wants a turn in.
    """
    made = scene({})
    turns = (
        Turn(Role.SYSTEM, "secret prompt"),
        Turn(Role.USER, "Where is it?"),
        Turn(Role.ASSISTANT, "Which one?"),
        Turn(Role.USER, "1234"),
    )
    one = Capture(turns[-1].text, "On its way.", turns, callable="bot:chat")

    await save_capture(made.open(), one)
    plain = (made.root / "llmtests/captured.llmtest").read_text()
    await save_capture(
        made.open(),
        Capture(turns[-1].text, "On its way.", turns, callable="bot:chat", kept_turns=frozenset({2})),
    )
    wished = (made.root / "llmtests/captured.llmtest").read_text()[len(plain) :]

    assert plain == "=== 1234\n@callable bot:chat\n--- user\nWhere is it?\n--- user\n1234\n"
    assert "--- assistant\nWhich one?\n" in wished
    assert "secret" not in plain + wished


async def test_what_cannot_be_asked_again_is_skipped_with_the_reason(scene: MakeScene) -> None:
    """
    The case stands there and says why.
    """
    made = scene({})

    await save_capture(made.open(), capture("Q?", "A.", callable=None, cannot_ask_again="it is a closure"))

    assert "@skip it is a closure\n" in (made.root / "llmtests/support.llmtest").read_text()


@pytest.mark.parametrize(
    ("target", "is_skipped"),
    [
        ("llmentary_regression.replay:openai", True),
        ("llmentary.replay:openai", True),
        ("bot:ask", False),
    ],
)
async def test_a_replay_without_all_turns_is_skipped(scene: MakeScene, target: str, is_skipped: bool) -> None:
    """
    What was given to a model and is in no suite would make the answer another one, unless a function adds it.
    """
    made = scene({})
    turns = (Turn(Role.SYSTEM, "Be brief."), Turn(Role.USER, "How long?"))

    prepared = await preview_capture(made.open(), Capture(turns[-1].text, "30 days.", turns, callable=target))
    kept = await preview_capture(
        made.open(), Capture(turns[-1].text, "30 days.", turns, callable=target, kept_turns=frozenset({0}))
    )

    assert ("@skip" in str(prepared.addition)) is is_skipped
    assert "@skip" not in str(kept.addition)


async def test_an_unmet_expectation_is_not_approved(scene: MakeScene) -> None:
    """
    The suite's own word counts more than an approval.
    """
    made = scene({"llmtests/support.llmtest": '=== x\n@expect contains "30"\n\nHow long?\n'})

    with pytest.raises(UsageError, match="not saved"):
        await save_capture(made.open(), capture("How long?", "A month."))


async def test_no_answer_reaches_the_disk(scene: MakeScene) -> None:
    """
    Only the question does.
    """
    made = scene({})

    await save_capture(made.open(), capture("How long?", "Xylophonic quotient"))

    texts = [path.read_bytes() for path in made.root.rglob("*") if path.is_file()]
    assert not any(b"ylophon" in text for text in texts)


def test_suites_go_where_the_project_looks(scene: MakeScene) -> None:
    """
    A project with suites in a folder of its own gets captures there.
    """
    made = scene({})

    assert suite_path(made.open(), "a b/../c").relative_to(made.root) == Path("llmtests/a-b-..-c.llmtest")
    assert suite_path(made.open(suites=["evals/**/*.llmtest"]), "x").relative_to(made.root) == Path(
        "evals/x.llmtest"
    )


def test_files_are_named_from_the_root(tmp_path: Path) -> None:
    """
    So that a clone elsewhere finds them.
    """
    assert callable_below(tmp_path, f"{tmp_path / 'bin' / 'app.py'}:ask") == "bin/app.py:ask"
    assert callable_below(tmp_path, "shop.bot:ask") == "shop.bot:ask"
