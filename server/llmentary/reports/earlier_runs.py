"""
What the history says of earlier runs, as the plain values that reports are made from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from llmentary.core.model import CaseResult, JsonValue
from llmentary.services.drift import Series, drift_of
from llmentary.services.history import History, Place
from llmentary.services.run_records import RunRecord

_MOST_READ = 30


@dataclass(frozen=True, slots=True)
class EarlierRuns:
    """
    The last runs of a project, the one that is reported among them.
    """

    runs: tuple[RunRecord, ...] = ()
    """From the oldest to the newest; those that compared models are left out."""
    drift: Mapping[str, JsonValue] | None = None
    """The share reworded and changed, run by run: `all`, `tags` and `models`."""

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
        Return what the runs say of one case, the oldest first.
        """
        place = (result.suite, result.case.key)
        return [
            {
                "at": run.began.isoformat(),
                "verdict": str(record.verdict),
                "score": record.score,
                "elapsed_s": round(record.elapsed_s, 3),
            }
            for run in self.runs
            if (record := run.cases.get(place)) is not None
        ]


def earlier_runs(history: History, results: Sequence[CaseResult]) -> EarlierRuns:
    """
    Return the last runs, and the drift of the cases that were asked now.
    """
    read = list(islice(history.runs(), _MOST_READ))[::-1]
    if not read:
        return EarlierRuns()
    tags: dict[Place, tuple[str, ...]] = {
        (one.suite, one.case.key): one.settings.tags or one.case.tags for one in results
    }
    drift = drift_of(read, tags)
    return EarlierRuns(
        tuple(one for one in read if not one.is_comparison),
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
            "reworded": point.reworded,
            "changed": point.changed,
        }
        for point in series
    ]
