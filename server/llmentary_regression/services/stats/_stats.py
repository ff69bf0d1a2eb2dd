"""
Count what a project holds: cases, last verdicts, models, tags, the oldest approvals, flaky cases, drift.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.core.model import CaseId
from llmentary_regression.services.history import Flaky, History
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase

from ._drift import Drift, drift_of

_OLDEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Approved:
    """
    When the newest variant of a case was approved.
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
    """Cases by the model of their newest approved variant."""
    tags: Mapping[str, int]
    oldest: tuple[Approved, ...]
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
        Approved(one.variants[-1].approved, by_id[case_id])
        for case_id, one in baselines.items()
        if one.variants
    ]
    tagged = Counter(tag for own in tags.values() for tag in own)
    return Stats(
        cases=len(cases),
        suites=len({one.suite.name for one in cases}),
        approved=len(approved),
        verdicts=+verdicts,
        models=Counter(
            one.variants[-1].model or "not reported" for one in baselines.values() if one.variants
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
