"""
Earlier runs from the history, as the plain values that reports are made from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from llmentary_regression.core.model import CaseId, CaseResult, JsonValue
from llmentary_regression.services.history import History, RunRecord
from llmentary_regression.services.stats import Series, drift_of, is_representative

_MAX_SHOWN = 30
_MAX_READ = 500
"""Editors record many runs of a case or two, which are read only for the trends of those cases."""


@dataclass(frozen=True, slots=True)
class EarlierRuns:
    """
    The last runs of a project, including the one that is reported, from the oldest to the newest.
    """

    every: tuple[RunRecord, ...] = ()
    """Those that compared models are left out."""
    runs: tuple[RunRecord, ...] = ()
    """The last of those that asked at least half of the cases that were asked now."""
    drift: Mapping[str, JsonValue] | None = None
    """The share unsure and changed, run by run: `all`, `tags` and `models`."""

    @property
    def counts(self) -> list[Mapping[str, JsonValue]]:
        """
        Return when each run began, and how often it gave each verdict.
        """
        return [
            {
                "at": run.began.isoformat(),
                **Counter(str(record.verdict) for record in run.cases.values()),
            }
            for run in self.runs
        ]

    def trend_of(self, result: CaseResult) -> list[Mapping[str, JsonValue]]:
        """
        Return what the runs found for one case, the oldest first.
        """
        case_id = result.case_id
        points: list[Mapping[str, JsonValue]] = [
            {
                "at": run.began.isoformat(),
                "verdict": str(record.verdict),
                "score": record.score,
                "elapsed_s": round(record.elapsed_s, 3),
            }
            for run in self.every
            if (record := run.cases.get(case_id)) is not None
        ]
        return points[-_MAX_SHOWN:]


def earlier_runs(history: History, results: Sequence[CaseResult]) -> EarlierRuns:
    """
    Return the last runs, and the drift of the cases that were asked now.
    """
    tags: dict[CaseId, tuple[str, ...]] = {one.case_id: one.settings.tags or one.case.tags for one in results}
    read: list[RunRecord] = []
    representative: list[RunRecord] = []
    for run in islice(history.runs(), _MAX_READ):
        read.append(run)
        if is_representative(run, tags):
            representative.append(run)
            if len(representative) == _MAX_SHOWN:
                break
    if not read:
        return EarlierRuns()
    drift = drift_of(reversed(representative), tags)
    return EarlierRuns(
        tuple(one for one in reversed(read) if not one.is_comparison),
        tuple(one for one in reversed(representative) if not one.is_comparison),
        {
            "all": _plain(drift.overall),
            "tags": {tag: _plain(series) for tag, series in drift.by_tag.items()},
            "models": {model: _plain(series) for model, series in drift.by_model.items()},
        },
    )


def _plain(series: Series) -> list[JsonValue]:
    return [
        {
            "at": point.began.isoformat(),
            "judged": point.judged,
            "unsure": point.unsure,
            "changed": point.changed,
        }
        for point in series
    ]
