"""
Count what a project holds, and how far its answers drift from what was approved, run by run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.core.model import CaseId, VerdictKind
from llmentary_regression.services.history import Flaky, History, RunRecord
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase

_JUDGED = (VerdictKind.PASSED, VerdictKind.UNSURE, VerdictKind.CHANGED, VerdictKind.FAILED)


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """
    One run's share of answers that are no longer what was approved.
    """

    began: datetime
    judged: int
    unsure: int
    changed: int

    @property
    def share(self) -> float:
        """
        Return the share, 0..1.
        """
        return (self.unsure + self.changed) / self.judged if self.judged else 0.0


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


def is_representative(run: RunRecord, case_ids: Collection[CaseId]) -> bool:
    """
    Return whether a run asked enough of some cases to represent them: half of them, or the whole project.

    Editors ask a case or two at a time; what became of those is not representative.
    """
    return run.is_whole or 2 * sum(case_id in run.cases for case_id in case_ids) >= len(case_ids)


def drift_of(runs: Iterable[RunRecord], tags: Mapping[CaseId, Collection[str]]) -> Drift:
    """
    Return the drift of some cases through runs, which are read once for all series.

    Runs that asked only a few of the cases are skipped; a run that compared models of the command line counts
    for those models only.

    Args:
        runs: from the oldest to the newest.
        tags: of the cases that count, by suite and case key.
    """
    overall: list[DriftPoint] = []
    by_tag: defaultdict[str, list[DriftPoint]] = defaultdict(list)
    by_model: defaultdict[str, list[DriftPoint]] = defaultdict(list)
    for run in runs:
        if not is_representative(run, tags):
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
    return DriftPoint(began, counts.total(), counts[VerdictKind.UNSURE], counts[VerdictKind.CHANGED])


def _sorted(series: Mapping[str, list[DriftPoint]]) -> dict[str, Series]:
    return {name: tuple(series[name]) for name in sorted(series)}


_OLDEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ApprovedCase:
    """
    When the newest example of a case was approved.
    """

    at: str
    case: SuiteCase


@dataclass(frozen=True, slots=True)
class Stats:
    """
    The counts over the chosen cases.
    """

    cases: int
    suites: int
    approved: int
    verdicts: Mapping[str, int]
    """Of the last run that asked each case; `never asked` among them."""
    models: Mapping[str, int]
    """Cases by the model of their newest approved example."""
    tags: Mapping[str, int]
    oldest: tuple[ApprovedCase, ...]
    flaky: tuple[Flaky, ...]
    drift: Drift
    unreadable: tuple[str, ...]
    """Why the baselines of some suites could not be read."""


def count_stats(project: Project, cases: Sequence[SuiteCase], history: History) -> Stats:
    """
    Return the counts over `cases`.
    """
    by_id: dict[CaseId, SuiteCase] = {one.case_id: one for one in cases}
    baselines, unreadable = _read_baselines(project, cases)
    tags = {case_id: project.settings_of(one.case).tags or one.case.tags for case_id, one in by_id.items()}
    latest = history.latest(by_id)
    verdicts = Counter(str(record.verdict) for _, record in latest.values())
    verdicts["never asked"] = len(by_id) - len(latest)
    approved = [
        ApprovedCase(one.examples[-1].approved, by_id[case])
        for case, one in baselines.items()
        if one.examples
    ]
    tagged = Counter(tag for own in tags.values() for tag in own)
    return Stats(
        cases=len(cases),
        suites=len({one.suite.name for one in cases}),
        approved=len(approved),
        verdicts=+verdicts,
        models=Counter(
            one.examples[-1].model or "not reported" for one in baselines.values() if one.examples
        ),
        tags=tagged,
        oldest=tuple(sorted(approved, key=lambda one: one.at)[:_OLDEST_SHOWN]),
        flaky=tuple(one for one in history.flaky() if one.case_id in by_id),
        drift=drift_of(history.from_oldest, tags),
        unreadable=unreadable,
    )


def _read_baselines(
    project: Project, cases: Sequence[SuiteCase]
) -> tuple[dict[CaseId, Baseline], tuple[str, ...]]:
    found: dict[CaseId, Baseline] = {}
    unreadable: dict[str, str] = {}
    for one in cases:
        name = one.suite.name
        if name in unreadable or PurePath(name).is_absolute():
            continue
        try:
            baseline = project.store.read(name).get(one.case.key)
        except BaselineFileError as exc:
            unreadable[name] = str(exc)
            continue
        if baseline is not None:
            found[one.case_id] = baseline
    return found, tuple(unreadable.values())
