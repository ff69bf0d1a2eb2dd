"""
How far answers move away from what was approved: the share reworded or changed, run by run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from llmentary_regression.core.model import CaseId, VerdictKind
from llmentary_regression.services.history import RunRecord

_JUDGED = (VerdictKind.PASSED, VerdictKind.REWORDED, VerdictKind.CHANGED, VerdictKind.FAILED)


"""A suite's name and a case's key."""


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """
    One run's share of answers that no longer are what was approved.
    """

    began: datetime
    judged: int
    reworded: int
    changed: int

    @property
    def share(self) -> float:
        """
        Return the share, 0..1.
        """
        return (self.reworded + self.changed) / self.judged if self.judged else 0.0


Series = tuple[DriftPoint, ...]
"""From the oldest run to the newest; runs in which nothing was judged are left out."""


@dataclass(frozen=True, slots=True)
class Drift:
    """
    The drift of chosen cases, in all and in parts.
    """

    overall: Series
    by_tag: Mapping[str, Series]
    by_model: Mapping[str, Series]


def tells_of(run: RunRecord, case_ids: Collection[CaseId]) -> bool:
    """
    Tell whether a run asked enough of some cases to stand for them: half of them, or the whole project.

    Editors ask a case or two at a time; what became of those is no share of all.
    """
    return run.is_whole or 2 * sum(case_id in run.cases for case_id in case_ids) >= len(case_ids)


def drift_of(runs: Iterable[RunRecord], tags: Mapping[CaseId, Collection[str]]) -> Drift:
    """
    Return the drift of some cases through runs, which are read once for all series.

    Runs that asked a few of the cases are passed over; a run that compared models of the command line counts
    for those models alone.

    Args:
        runs: from the oldest to the newest.
        tags: of the cases that count, by suite and case key.
    """
    overall: list[DriftPoint] = []
    by_tag: defaultdict[str, list[DriftPoint]] = defaultdict(list)
    by_model: defaultdict[str, list[DriftPoint]] = defaultdict(list)
    for run in runs:
        if not tells_of(run, tags):
            continue
        in_all: Counter[VerdictKind] = Counter()
        of_tags: defaultdict[str, Counter[VerdictKind]] = defaultdict(Counter)
        of_models: defaultdict[str, Counter[VerdictKind]] = defaultdict(Counter)
        for case_id, record in run.cases.items():
            own = tags.get(case_id)
            if own is None or record.verdict not in _JUDGED:
                continue
            if record.model:
                of_models[record.model][record.verdict] += 1
            if run.is_comparison:
                continue
            in_all[record.verdict] += 1
            for tag in own:
                of_tags[tag][record.verdict] += 1
        if in_all:
            overall.append(_point(run.began, in_all))
        for tag, counts in of_tags.items():
            by_tag[tag].append(_point(run.began, counts))
        for model, counts in of_models.items():
            by_model[model].append(_point(run.began, counts))
    return Drift(tuple(overall), _sorted(by_tag), _sorted(by_model))


def _point(began: datetime, counts: Counter[VerdictKind]) -> DriftPoint:
    return DriftPoint(began, counts.total(), counts[VerdictKind.REWORDED], counts[VerdictKind.CHANGED])


def _sorted(series: Mapping[str, list[DriftPoint]]) -> dict[str, Series]:
    return {name: tuple(series[name]) for name in sorted(series)}
