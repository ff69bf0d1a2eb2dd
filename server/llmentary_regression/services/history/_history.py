"""
The history of runs: record a run, and read trends and flaky cases from the recorded runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from llmentary_regression.core.errors import StoreError
from llmentary_regression.core.model import CaseId, CaseResult, VerdictKind
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import project_folder
from llmentary_regression.storage.history import HistoryStore

from ._inputs import InputReader, question_digest, source_digests
from ._run_records import Record, RunRecord, from_document, to_document

"""A suite's name and a case's key."""


def record_run(
    project: Project,
    results: Sequence[CaseResult],
    *,
    began: datetime,
    is_whole: bool,
    is_comparison: bool = False,
    sources: Iterable[Path] = (),
) -> None:
    """
    Record a run, if it has results and the project's folder can be written.

    Args:
        project: whose history it is.
        results: of the cases that were asked, or decided without asking.
        began: when the run began, in UTC.
        is_whole: whether every case of the project was to be asked, and was.
        is_comparison: whether models of the command line were compared.
        sources: the callable's source files, `project.loaded_files()` before the project is closed.
    """
    if results and is_recording(project.root):
        run = run_record_of(project, results, began=began, is_whole=is_whole, sources=sources)
        save_run(project.root, replace(run, is_comparison=is_comparison))


def is_recording(root: Path) -> bool:
    """
    Return whether runs are recorded: only once `.llmentary` exists, which `init` or the first approval creates.
    """
    return project_folder(root).is_dir()


def run_record_of(
    project: Project,
    results: Sequence[CaseResult],
    *,
    began: datetime,
    is_whole: bool,
    sources: Iterable[Path] = (),
) -> RunRecord:
    """
    Return what is recorded of a run.
    """
    inputs = InputReader(project)
    cases = {result.case_id: record_of(result, inputs) for result in results}
    return RunRecord(began, cases, is_whole, sources=source_digests(project.root, sources))


def save_run(root: Path, run: RunRecord) -> None:
    """
    Write a run into the history.
    """
    # A run on a read-only checkout is a run all the same; it is only not recorded.
    with suppress(OSError, StoreError):
        HistoryStore(root).append(to_document(run), began=run.began, rows=len(run.cases))


def record_of(result: CaseResult, inputs: InputReader) -> Record:
    """
    Return what is recorded of one result.
    """
    answer = result.answer
    return Record(
        result.verdict.kind,
        str(result.verdict.reason),
        result.elapsed_s,
        score=result.verdict.score,
        model=result.model,
        tokens=None if answer is None else answer.tokens,
        cost=None if answer is None else answer.cost,
        question=question_digest(result.case),
        settings=inputs.settings_digest(result.settings),
        approved_at=result.approved_at,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One case in one run.
    """

    began: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Flaky:
    """
    A case whose verdict went back and forth while question, settings, code, model and approval stayed the same.
    """

    case_id: CaseId
    flips: int
    runs: int
    """How many verdicts there are to compare."""


class History:
    """
    The runs of a project, the newest first.

    A class because files are read only as far back as needed: the last verdicts are mostly in one file.
    """

    def __init__(self, runs: Iterable[RunRecord]) -> None:
        self._unread: Iterator[RunRecord] = iter(runs)
        self._read: list[RunRecord] = []

    def runs(self) -> Iterator[RunRecord]:
        """
        Yield the runs, the newest first.
        """
        yield from self._read
        for run in self._unread:
            self._read.append(run)
            yield run

    def latest(self, case_ids: Iterable[CaseId]) -> dict[CaseId, tuple[RunRecord, Record]]:
        """
        Return the last record of each case, with its run; runs that compared models do not count.
        """
        wanted = set(case_ids)
        found: dict[CaseId, tuple[RunRecord, Record]] = {}
        for run in self.runs():
            if not wanted:
                break
            if run.is_comparison:
                continue
            for case_id in wanted & run.cases.keys():
                found[case_id] = (run, run.cases[case_id])
            wanted -= run.cases.keys()
        return found

    def durations(self) -> dict[CaseId, float]:
        """
        Return how long each case took in the last whole run; empty where there was none.
        """
        whole = next((run for run in self.runs() if run.is_whole and not run.is_comparison), None)
        return {} if whole is None else {case_id: one.elapsed_s for case_id, one in whole.cases.items()}

    def trend(self, case_id: CaseId) -> list[Entry]:
        """
        Return one case through all runs, the oldest first.
        """
        return [Entry(run.began, run.cases[case_id]) for run in self.from_oldest if case_id in run.cases]

    def flaky(self) -> list[Flaky]:
        """
        Return the flaky cases, those with the most flips first.
        """
        last: dict[tuple[CaseId, str | None], tuple[object, Record]] = {}
        flips: Counter[CaseId] = Counter()
        runs: Counter[CaseId] = Counter()
        for run in self.from_oldest:
            code = tuple(sorted(run.sources.items()))
            for case_id, one in run.cases.items():
                if one.verdict is VerdictKind.SKIPPED:
                    continue
                runs[case_id] += 1
                previous = last.get((case_id, one.model))
                if previous is not None and previous[0] == code and _is_flip(previous[1], one):
                    flips[case_id] += 1
                last[case_id, one.model] = (code, one)
        found = [Flaky(case_id, count, runs[case_id]) for case_id, count in flips.items()]
        return sorted(found, key=lambda one: (-one.flips, one.case_id))

    @cached_property
    def from_oldest(self) -> list[RunRecord]:
        """
        Return the runs, the oldest first.
        """
        return list(self.runs())[::-1]


def _is_flip(previous: Record, now: Record) -> bool:
    """
    Return whether the verdict differs although nothing on our side changed.
    """
    if (previous.question, previous.settings) != (now.question, now.settings):
        return False
    if VerdictKind.NEW in (previous.verdict, now.verdict):
        return False  # an approval came between, or was removed
    # An answer that failed or never came was held against no approval: any may have been in force.
    is_same_approval = (
        None in (previous.approved_at, now.approved_at) or previous.approved_at == now.approved_at
    )
    return is_same_approval and previous.verdict is not now.verdict


def read_history(project: Project) -> History:
    """
    Return the project's history; no file is read before it is asked for.
    """
    documents = HistoryStore(project.root).read()
    return History(run for document in documents if (run := from_document(document)) is not None)
