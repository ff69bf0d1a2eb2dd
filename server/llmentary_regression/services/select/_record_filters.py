"""
Choose cases by what is on record of them (approvals, last verdicts, edits), and split them in shards.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError, UsageError
from llmentary_regression.core.model import CaseId, VerdictKind
from llmentary_regression.services.git import Revision
from llmentary_regression.services.history import History, read_history
from llmentary_regression.services.project import Project

from ._dates import read_moment
from ._edited import edited_since_last_run, edited_since_revision
from ._sharding import Shard, split_cases

if TYPE_CHECKING:
    from ._selection import Selection, SuiteCase

FAILED = frozenset({VerdictKind.FAILED, VerdictKind.ERROR})
CHANGED = frozenset({VerdictKind.CHANGED, VerdictKind.REWORDED})
DURATIONS_FILE = "durations.json"
"""In `.llmentary/`; may be committed, so that all shards of a commit go by the same durations."""


class RecordFilters:
    """
    The filters of one selection. A class because baselines and history are read once for all of them.
    """

    def __init__(self, project: Project, selection: Selection, now: datetime) -> None:
        self._project = project
        self._selection = selection
        self._since = _moment(selection.since, now, "--since")
        self._before = _moment(selection.before, now, "--before")
        if self._since is not None and self._before is not None and self._since >= self._before:
            raise UsageError(
                f"`--since {selection.since}` is not before `--before {selection.before}`, so nothing was "
                "approved between; exchange them"
            )
        self._revision = (
            Revision(project.root, selection.edited_since, "--edited-since")
            if selection.edited_since is not None
            else None
        )
        self._baselines: dict[str, Mapping[str, Baseline]] = {}

    def apply(self, cases: Sequence[SuiteCase]) -> Sequence[SuiteCase]:
        """
        Return the cases that are left.
        """
        selection = self._selection
        if selection.models:
            cases = [one for one in cases if self._has_model(one)]
        if self._since is not None or self._before is not None:
            cases = [one for one in cases if self._is_approved_then(one)]
        wanted = {*(FAILED if selection.failed else ()), *(CHANGED if selection.changed else ())}
        if wanted:
            last = self._history.latest(one.case_id for one in cases)
            cases = [
                one
                for one in cases
                if (found := last.get(one.case_id)) is not None and found[1].verdict in wanted
            ]
        if selection.edited:
            listed = [(one.case_id, one.case) for one in cases]
            edited = edited_since_last_run(self._project, listed, self._history)
            cases = [one for one in cases if one.case_id in edited]
        if self._revision is not None:
            suites = list({one.suite.name: one.suite for one in cases}.values())
            edited = edited_since_revision(self._project, suites, self._revision, self._history)
            cases = [one for one in cases if one.case_id in edited]
        return cases

    @cached_property
    def _history(self) -> History:
        return read_history(self._project)

    def _has_model(self, one: SuiteCase) -> bool:
        names = [self._project.settings_of(one.case).model]
        baseline = self._baseline(one)
        if baseline is not None:
            names += [variant.model for each in baseline.every for variant in each.variants]
        return any(
            name is not None and fnmatch.fnmatchcase(name.casefold(), model.casefold())
            for name in names
            for model in self._selection.models
        )

    def _is_approved_then(self, one: SuiteCase) -> bool:
        baseline = self._baseline(one)
        if baseline is None or not baseline.variants:
            return False
        newest = max(variant.approved for each in baseline.every for variant in each.variants)
        try:
            approved = read_moment(newest, datetime.max, "")
        except UsageError:  # stamped by something else than us
            return False
        return (self._since is None or approved >= self._since) and (
            self._before is None or approved < self._before
        )

    def _baseline(self, one: SuiteCase) -> Baseline | None:
        name = one.suite.name
        if PurePath(name).is_absolute():
            return None
        try:
            if name not in self._baselines:
                self._baselines[name] = self._project.store.read(name)
            return self._baselines[name].get(one.case.key)
        except BaselineFileError as exc:
            raise UsageError(f"cannot choose by what is approved: {exc}") from exc


def take_shard(
    project: Project, cases: Sequence[SuiteCase], shard: Shard, durations: str | None, cwd: Path
) -> Sequence[SuiteCase]:
    """
    Return the cases of one shard; all shards together are all cases, each once.

    Raises:
        UsageError: the durations cannot be read.
    """
    known = _durations(project, durations, cwd)
    mine = split_cases([one.case_id for one in cases], shard.total, known)[shard.number - 1]
    return [one for one in cases if one.case_id in mine]


def _durations(project: Project, given: str | None, cwd: Path) -> Mapping[CaseId, float]:
    """
    Return the durations to go by: those of a file that was named, or is committed; else this machine's own.

    In CI each shard has a machine, and a history, of its own; going by it they would leave cases out.
    """
    from llmentary_regression.storage.files import project_folder

    if given is not None:
        return read_durations(cwd / Path(given).expanduser())
    committed = project_folder(project.root) / DURATIONS_FILE
    if committed.is_file():
        return read_durations(committed)
    return {} if project.is_ci else read_history(project).durations()


def read_durations(path: Path) -> dict[CaseId, float]:
    """
    Return the durations in a JSON report, or in a file made by `llmentary stats --durations`.

    Raises:
        UsageError: it cannot be read as either.
    """
    try:
        found = json.loads(path.read_bytes())
        return {CaseId(one["suite"], one["key"]): float(one["elapsed_s"]) for one in found["cases"]}
    except OSError as exc:
        raise UsageError(
            f"cannot read the durations in `{path}`: {exc.strerror or exc}; "
            "`llmentary stats --durations FILE` writes them"
        ) from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise UsageError(
            f"`{path}` holds no durations; give a JSON report, or a file of `llmentary stats --durations`"
        ) from exc


def _moment(text: str | None, now: datetime, option: str) -> datetime | None:
    return None if text is None else read_moment(text, now, option)
