"""
The share of unsure and changed answers, run by run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from llmentary_regression.core.model import CaseId, VerdictKind
from llmentary_regression.services.history import RunRecord
from llmentary_regression.services.history._run_records import Record
from llmentary_regression.services.stats import drift_of

BEGAN = datetime(2026, 11, 22, 18, 0, tzinfo=timezone.utc)
A: CaseId = CaseId("a.llmtest", "a" * 16)
B: CaseId = CaseId("a.llmtest", "b" * 16)
TAGS = {A: ("policy",), B: ("policy", "geo")}
PASSED = Record(VerdictKind.PASSED, "same-text", 0.5, model="gpt-5")
CHANGED = replace(PASSED, verdict=VerdictKind.CHANGED)
UNSURE = replace(PASSED, verdict=VerdictKind.UNSURE)
NEW = replace(PASSED, verdict=VerdictKind.NEW)
OTHER = replace(CHANGED, model="gpt-4")


def runs(*cases: Mapping[CaseId, Record], **fields: Any) -> list[RunRecord]:
    """
    Return runs an hour apart, the oldest first.
    """
    return [RunRecord(BEGAN + timedelta(hours=n), one, **fields) for n, one in enumerate(cases)]


def test_drift_is_a_share_a_run() -> None:
    """
    New cases are not judged, and a run without judged cases has no point.
    """
    drift = drift_of(runs({A: NEW}, {A: PASSED, B: NEW}, {A: UNSURE, B: CHANGED}), TAGS)

    assert [(one.judged, one.unsure, one.changed, one.share) for one in drift.overall] == [
        (1, 0, 0, 0.0),
        (2, 1, 1, 1.0),
    ]


def test_tags_and_models_have_a_drift_of_their_own() -> None:
    """
    A case counts under each of its tags, and under the model that answered.
    """
    drift = drift_of(runs({A: PASSED, B: PASSED}, {A: PASSED, B: OTHER}), TAGS)

    assert {tag: [one.share for one in points] for tag, points in drift.by_tag.items()} == {
        "geo": [0.0, 1.0],
        "policy": [0.0, 0.5],
    }
    assert {model: [one.share for one in points] for model, points in drift.by_model.items()} == {
        "gpt-4": [1.0],
        "gpt-5": [0.0, 0.0],
    }


def test_other_cases_do_not_count() -> None:
    """
    Cases that are gone, or were not chosen, are left out.
    """
    drift = drift_of(runs({A: PASSED, B: CHANGED}), {A: ()})

    assert [one.share for one in drift.overall] == [0.0]
    assert drift.by_tag == {}


def test_a_comparison_counts_for_its_models_alone() -> None:
    """
    What a model said that was merely tried is no drift of the project.
    """
    drift = drift_of(runs({A: OTHER}, is_comparison=True), TAGS)

    assert (drift.overall, drift.by_tag) == ((), {})
    assert [one.share for one in drift.by_model["gpt-4"]] == [1.0]


@pytest.mark.parametrize(("is_whole", "shares"), [(True, [0.0, 1.0]), (False, [0.0])])
def test_a_run_of_a_few_cases_is_no_share_of_all(is_whole: bool, shares: list[float]) -> None:
    """
    What an editor asked between two runs counts only where there were no more cases at the time.
    """
    tags = {A: (), B: (), CaseId("c.llmtest", "c" * 16): ()}
    (all_of_them,) = runs(dict.fromkeys(tags, PASSED))
    (one_of_them,) = runs({A: CHANGED}, is_whole=is_whole)

    assert [one.share for one in drift_of([all_of_them, one_of_them], tags).overall] == shares
