"""
Shards are joined into the report that one run would have written.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.model import Reason, Verdict, VerdictKind
from llmentary_regression.reports.document import report_document
from llmentary_regression.reports.merge import NotAReport, check_report, merge_documents
from report_makers import MakeDocument, MakeResult, MakeRun

ODD_SHARD = {"version": 1, "cases": [], "shard": {"number": "1", "total": 2, "cases": 3}}
TWO = (Verdict(VerdictKind.PASSED, Reason.SAME_TEXT, 1.0), Verdict(VerdictKind.CHANGED, Reason.EMPTY, 0.0))


def test_shards_give_what_one_run_gives(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Cases, counts, samples, problems and exit code are those of the joint run.
    """
    first, second = make_result("passed", line=1), make_result("changed", line=2, samples=TWO)
    third = make_result("new", line=3)
    shards = [report_document(make_run(first)), report_document(make_run(second, third))]

    merged = merge_documents(shards)

    whole = report_document(make_run(first, second, third))
    assert merged.notes == ()
    assert merged.document == {**whole, "merged": 2, "elapsed_s": 2.5}


@pytest.mark.parametrize("turned", [False, True])
def test_a_case_of_two_reports_counts_once_with_its_worst_verdict(
    turned: bool, make_result: MakeResult, make_run: MakeRun
) -> None:
    """
    No order of the files hides a failure.
    """
    shards = [
        report_document(make_run(make_result(verdict, line=1, reason="empty")))
        for verdict in ("passed", "changed")
    ]

    merged = merge_documents(shards[::-1] if turned else shards)

    assert (merged.document["summary"]["passed"], merged.document["summary"]["changed"]) == (0, 1)
    assert merged.document["selected"] == 1
    assert merged.document["exit_code"] == 1
    assert merged.notes == ("1 case is in more than one report and counts once; of 1 the worse verdict",)


def test_compared_models_stay_apart(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    A report of two models holds each case twice, and so does the joint one.
    """
    shards = [
        report_document(make_run(make_result("passed", line=line), make_result("changed", line=line)))
        for line in (1, 2)
    ]

    merged = merge_documents(shards)

    assert merged.notes == ()
    assert [case["verdict"] for case in merged.document["cases"]] == ["passed", "changed"] * 2


def test_runs_and_drift_of_one_shard_are_not_those_of_all(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Each shard knows its own history alone; the trends of its cases stay.
    """
    shards = [
        report_document(
            make_run(make_result(line=line)),
            runs=[{"at": ""}],
            drift={"all": []},
            trend_of=lambda _: [{"at": "", "verdict": "passed"}],
        )
        for line in (1, 2)
    ]

    document = merge_documents(shards).document

    assert document.keys().isdisjoint({"runs", "drift"})
    assert all(case["trend"] for case in document["cases"])


def test_a_problem_that_every_shard_saw_counts_once(full_document: MakeDocument) -> None:
    """
    All shards read all suites.
    """
    merged = merge_documents([full_document(), full_document()])

    assert len(merged.document["problems"]) == 1


def test_an_interrupted_shard_interrupts_the_whole(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    130 wins over 1, as it does in a single run.
    """
    shards = [
        report_document(make_run(make_result("changed", line=1))),
        report_document(make_run(make_result("passed", line=2), is_interrupted=True, selected=5)),
    ]

    merged = merge_documents(shards)

    assert merged.document["exit_code"] == 130
    assert (merged.document["selected"], merged.document["interrupted"]) == (6, True)


def test_reports_of_different_runs_are_told(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    What does not look like shards of one run is joined, and said.
    """
    shards = [
        report_document(make_run(make_result(line=1)), folder="a"),
        report_document(make_run(make_result(line=2), is_strict=True), folder="b"),
    ]
    shards[1]["tool"] = {"name": "llmentary", "version": "9.9"}

    notes = "\n".join(merge_documents(shards).notes)

    assert "strict" in notes
    assert "9.9" in notes
    assert "different projects: a, b" in notes


@pytest.mark.parametrize("value", [None, [], {}, {"cases": {}}, {"version": 1, "cases": [{}]}, ODD_SHARD])
def test_anything_else_is_no_report(value: object) -> None:
    """
    The message says what to do.
    """
    with pytest.raises(NotAReport, match="write"):
        check_report(value)


def test_a_later_version_is_not_guessed_at() -> None:
    """
    Whoever reads it needs a newer llmentary.
    """
    with pytest.raises(NotAReport, match="version 2"):
        check_report({"version": 2, "cases": []})


def test_a_report_of_the_first_release_can_be_read(make_run: MakeRun) -> None:
    """
    Fields that came later are filled in.
    """
    case = {"suite": "a", "key": "0" * 16, "verdict": "passed", "reason": "same-text", "fails": False}

    document = check_report({"version": 1, "cases": [case]})

    assert merge_documents([document]).document["summary"]["passed"] == 1
