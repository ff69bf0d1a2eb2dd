"""
What reports take from the history: counts, the trend of a case, and the drift of the cases asked now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from llmentary_regression.core.model import CaseId, VerdictKind
from llmentary_regression.reports.earlier_runs import EarlierRuns, earlier_runs
from llmentary_regression.services.history import History, RunRecord
from llmentary_regression.services.history._run_records import Record
from report_makers import MakeResult

BEGAN = datetime(2026, 11, 22, 18, 0, tzinfo=timezone.utc)
GONE = CaseId("gone.llmtest", "9" * 16)
CHANGED = Record(VerdictKind.CHANGED, "number-differs", 0.5, score=0.9, model="gpt-5")
PASSED = replace(CHANGED, verdict=VerdictKind.PASSED, model="gpt-4")


def test_the_history_becomes_plain_values(make_result: MakeResult) -> None:
    """
    The oldest run comes first, compared models are no run, and cases that were not asked now do not drift.
    """
    result = make_result()
    place = result.case_id
    runs = [
        RunRecord(BEGAN, {place: CHANGED, GONE: PASSED}),
        RunRecord(BEGAN - timedelta(hours=1), {place: PASSED}, is_comparison=True),
        RunRecord(BEGAN - timedelta(hours=2), {place: PASSED}),
    ]

    earlier = earlier_runs(History(runs), [result])

    old, compared, new = (
        {"at": f"2026-11-22T{hour}:00:00+00:00", "judged": 1, "unsure": 0, "changed": changed}
        for hour, changed in ((16, 0), (17, 0), (18, 1))
    )
    assert earlier.counts == [{"at": old["at"], "passed": 1}, {"at": new["at"], "changed": 1, "passed": 1}]
    assert [(one["verdict"], one["score"]) for one in earlier.trend_of(result)] == [
        ("passed", 0.9),
        ("changed", 0.9),
    ]
    assert earlier.drift == {
        "all": [old, new],
        "tags": {"policy": [old, new]},
        "models": {"gpt-4": [old, compared], "gpt-5": [new]},
    }


def test_what_editors_ask_between_runs_is_a_trend_alone(make_result: MakeResult) -> None:
    """
    A run of one case in three is no bar in the plots, and a point in the trend of its case.
    """
    results = [make_result(line=line) for line in (1, 2, 3)]
    places = [one.case_id for one in results]
    small = [RunRecord(BEGAN, {places[0]: CHANGED}, is_whole=False)] * 40
    whole = RunRecord(BEGAN - timedelta(hours=1), dict.fromkeys(places, PASSED))

    earlier = earlier_runs(History([*small, whole]), results)

    assert earlier.runs == (whole,)
    assert [len(earlier.trend_of(result)) for result in results] == [30, 1, 1]


def test_no_history_gives_nothing(make_result: MakeResult) -> None:
    """
    Reports of a project that remembers nothing have neither runs nor drift.
    """
    assert earlier_runs(History(()), [make_result()]) == EarlierRuns()
