"""
What is read out of earlier runs.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from llmentary_regression.core.model import Answer, CaseId, VerdictKind
from llmentary_regression.services.approve import approve_results
from llmentary_regression.services.history import (
    History,
    RunRecord,
    from_document,
    read_history,
    record_run,
    to_document,
)
from llmentary_regression.services.history._run_records import Record
from project_scene import MakeScene

BEGAN = datetime(2026, 11, 22, 18, 0, tzinfo=timezone.utc)
A: CaseId = CaseId("a.llmtest", "a" * 16)
B: CaseId = CaseId("a.llmtest", "b" * 16)
PASSED = Record(VerdictKind.PASSED, "same-text", 0.5, approved_at="2026-11-01T00:00:00Z", model="gpt-5")
CHANGED = replace(PASSED, verdict=VerdictKind.CHANGED, reason="number-differs", score=0.9)


def runs(*cases: Mapping[CaseId, Record], **fields: Any) -> list[RunRecord]:
    """
    Return runs from the newest to the oldest, of cases given from the oldest to the newest.
    """
    made = [RunRecord(BEGAN + timedelta(hours=n), one, **fields) for n, one in enumerate(cases)]
    return made[::-1]


def test_record_survives_being_written() -> None:
    """
    A run reads back as it was, columns of equal and of different values alike.
    """
    odd = Record(VerdictKind.ERROR, "raised", 1.2345, None, None, 7, 0.01, "abc", "def", None)
    (run,) = runs({A: PASSED, B: odd, CaseId("ü.llmtest", "c" * 16): CHANGED}, sources={"bot.py": "1234"})

    read = from_document(to_document(run))

    assert read is not None
    assert read.cases[B].elapsed_s == pytest.approx(1.2345, abs=1e-4)
    assert replace(read.cases[B], elapsed_s=1.2345) == odd
    assert read.cases[A] == PASSED
    assert (read.began, read.sources, len(read.cases)) == (run.began, run.sources, 3)


@pytest.mark.parametrize(
    "document", [{}, {"format": 99}, {"format": 1}, {"format": 1, "tables": {}, "suites": []}]
)
def test_strange_document_is_no_run(document: dict[str, Any]) -> None:
    """
    A newer format, or rubbish, is passed over.
    """
    assert from_document(document) is None


def test_latest_is_the_newest_word_on_each_case() -> None:
    """
    A run of one case says nothing of the others.
    """
    history = History(runs({A: PASSED, B: PASSED}, {A: CHANGED}))

    latest = {place: record.verdict for place, (_, record) in history.latest([A, B]).items()}

    assert latest == {A: VerdictKind.CHANGED, B: VerdictKind.PASSED}


def test_comparison_of_models_is_not_the_last_word() -> None:
    """
    What another model said does not decide what `--changed` asks again.
    """
    history = History([replace(run, is_comparison=True) for run in runs({A: CHANGED})] + runs({A: PASSED}))

    assert history.latest([A])[A][1] == PASSED


def test_durations_come_from_whole_runs() -> None:
    """
    A shard's own run must not change what the next shard goes by.
    """
    whole, part = replace(PASSED, elapsed_s=3.0), replace(PASSED, elapsed_s=9.0)
    history = History([*runs({A: part}, is_whole=False), *runs({A: whole, B: whole})])

    assert history.durations() == {A: 3.0, B: 3.0}


def test_verdict_to_and_fro_is_flaky() -> None:
    """
    Three flips with nothing edited are counted; a steady case is not listed.
    """
    history = History(runs(*({A: one, B: PASSED} for one in (PASSED, CHANGED, PASSED, CHANGED))))

    (found,) = history.flaky()

    assert (found.case_id, found.flips, found.runs) == (A, 3, 4)


@pytest.mark.parametrize(
    "edit",
    [
        {"question": "other"},
        {"settings": "other"},
        {"model": "gpt-6"},
        {"approved_at": "2026-11-02T00:00:00Z"},
    ],
)
def test_explained_change_is_not_flaky(edit: dict[str, str]) -> None:
    """
    An edit, another model or an approval explains another verdict.
    """
    assert History(runs({A: CHANGED}, {A: replace(PASSED, **edit)})).flaky() == []  # type: ignore[arg-type]


def test_changed_code_explains_another_verdict() -> None:
    """
    The callable's sources count as well.
    """
    old, new = runs({A: CHANGED}, sources={"bot.py": "1"}), runs({A: PASSED}, sources={"bot.py": "2"})

    assert History([*new, *old]).flaky() == []


def test_failed_answer_between_is_flaky() -> None:
    """
    A failed expectation knows no approval, and is a flip all the same.
    """
    failed = replace(PASSED, verdict=VerdictKind.FAILED, approved_at=None)

    assert History(runs({A: PASSED}, {A: failed}, {A: PASSED})).flaky()[0].flips == 2


async def test_run_is_kept_without_a_word_of_the_answer(scene: MakeScene) -> None:
    """
    Verdict, model, tokens and cost are there; question and answer are not.
    """
    answer = Answer("It rains in Bergen.", model="gpt-5", tokens=12, cost=0.25)
    made = scene({"a.llmtest": "How is the weather?\n"}, {"How is the weather?": answer})
    project = made.open()
    approve_results(project, await made.run(project=project))
    results = await made.run(project=made.open())

    record_run(project, results, began=BEGAN, is_whole=True)

    place = CaseId("a.llmtest", results[0].case.key)
    ((run, record),) = read_history(made.open()).latest([place]).values()
    assert run.is_whole
    assert (record.verdict, record.model, record.tokens, record.cost) == (
        VerdictKind.PASSED,
        "gpt-5",
        12,
        0.25,
    )
    assert record.approved_at is not None
    assert "Bergen" not in str(to_document(run))
    assert "weather" not in str(to_document(run))


async def test_nothing_is_kept_before_there_is_a_folder(scene: MakeScene) -> None:
    """
    A run makes no `.llmentary`; `init` and the first approval do.
    """
    made = scene({"a.llmtest": "Who?\n"}, {"Who?": "Me."})
    project = made.open()

    record_run(project, await made.run(project=project), began=BEGAN, is_whole=True)

    assert not (made.root / ".llmentary").exists()
