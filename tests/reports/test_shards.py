"""
Joined shards have to make up the whole.
"""

from __future__ import annotations

from typing import Protocol

import pytest

from llmentary_regression.reports.document import Document, report_document
from llmentary_regression.reports.merge import NotAllShards, merge_documents
from llmentary_regression.services.select import Shard
from report_makers import MakeResult, MakeRun

ShardOfRun = tuple[int, int, int, tuple[int, ...]]
"""Its number, how many there are, the cases of the whole, and the lines that were asked."""


class MakeShards(Protocol):
    """
    Makes the reports of shards.
    """

    def __call__(
        self, *shards: ShardOfRun, selected: int | None = ..., is_interrupted: bool = ...
    ) -> list[Document]: ...


@pytest.fixture
def documents(make_result: MakeResult, make_run: MakeRun) -> MakeShards:
    """
    Return a maker of the reports of shards.
    """

    def make(
        *shards: ShardOfRun, selected: int | None = None, is_interrupted: bool = False
    ) -> list[Document]:
        return [
            report_document(
                make_run(
                    *(make_result("passed", line=line) for line in lines),
                    shard=Shard(number, total, cases),
                    selected=len(lines) if selected is None else selected,
                    is_interrupted=is_interrupted,
                )
            )
            for number, total, cases, lines in shards
        ]

    return make


def test_all_shards_are_a_whole(documents: MakeShards) -> None:
    """
    In whatever order; the joint report is no shard. One that was empty has left a report too.
    """
    merged = merge_documents(documents((3, 3, 2, ()), (1, 3, 2, (1,)), (2, 3, 2, (2,))))

    assert merged.notes == ()
    assert merged.document["shard"] is None
    assert merged.document["selected"] == 2


@pytest.mark.parametrize(
    ("shards", "message"),
    [
        ([(1, 2, 2, (1,))], "shard 2/2 is missing; run what failed, or name its report too"),
        ([(2, 4, 3, (1,)), (2, 4, 3, (1,))], "shards 1/4, 3/4 and 4/4 are missing; .* their reports too"),
        ([(1, 2, 2, (1,)), (2, 3, 2, (2,))], "different splits, into 2 and 3 parts"),
        ([(1, 2, 2, (1,)), (2, 2, 3, (2,))], "different selections, of 2 and 3 cases; run them all"),
        ([(1, 2, 3, (1,)), (2, 2, 3, (2,))], "1 of 3 cases is in no shard; .* the same durations"),
        ([(1, 2, 4, (1,)), (2, 2, 4, (1,))], "3 of 4 cases are in no shard"),
    ],
)
def test_a_part_is_not_taken_for_the_whole(
    shards: list[ShardOfRun], message: str, documents: MakeShards
) -> None:
    """
    The message says what is missing, and what to do.
    """
    with pytest.raises(NotAllShards, match=message):
        merge_documents(documents(*shards))


def test_a_shard_that_was_run_twice_counts_once(documents: MakeShards) -> None:
    """
    A job that was repeated may have left two reports; that is said.
    """
    merged = merge_documents(documents((1, 2, 2, (1,)), (2, 2, 2, (2,)), (2, 2, 2, (2,))))

    assert merged.notes[0] == "shard 2/2 is in more than one report"
    assert merged.document["summary"]["passed"] == 2


def test_a_report_of_no_shard_may_be_joined_and_is_told(
    documents: MakeShards, make_result: MakeResult, make_run: MakeRun
) -> None:
    """
    Somebody may add a run of another suite on purpose.
    """
    other = report_document(make_run(make_result("passed", line=9)))

    merged = merge_documents([*documents((1, 1, 1, (1,))), other])

    assert merged.notes == ("1 of the reports is of no shard",)


def test_an_interrupted_shard_is_told_by_the_exit_code(documents: MakeShards) -> None:
    """
    Its cases were not lost between shards; 130 says that they were not asked.
    """
    merged = merge_documents(documents((1, 1, 5, (1,)), is_interrupted=True, selected=5))

    assert merged.document["exit_code"] == 130
