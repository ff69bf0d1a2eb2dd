"""
Choose cases by what is on record of them: approvals, last verdicts, edits.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cached_property
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError, UsageError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.services.git import Revision
from llmentary_regression.services.history import History, read_history
from llmentary_regression.services.project import Project

from ._edited import edited_since_last_run, edited_since_revision
from ._selection import Selection, SuiteCase

FAILED = frozenset({VerdictKind.FAILED, VerdictKind.ERROR})
CHANGED = frozenset({VerdictKind.CHANGED, VerdictKind.UNSURE})
_AGO = re.compile(r"([0-9]{1,5})[ \t]*(min|h|d|w)")
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


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
            names += [example.model for example in baseline.examples]
        return any(
            name is not None and fnmatch.fnmatchcase(name.casefold(), model.casefold())
            for name in names
            for model in self._selection.models
        )

    def _is_approved_then(self, one: SuiteCase) -> bool:
        baseline = self._baseline(one)
        if baseline is None or not baseline.examples:
            return False
        newest = max(example.approved for example in baseline.examples)
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


def read_moment(text: str, now: datetime, option: str) -> datetime:
    """
    Return the moment, in UTC, that `7d`, `2026-11-22` or `2026-11-22T18:00` means.

    A date is its first moment in UTC, in which approvals are stamped; so is a time that names no zone.

    Raises:
        UsageError: the text is neither.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago is not None:
            return now - int(ago[1]) * _UNITS[ago[2]]
        found = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except (ValueError, OverflowError):
        raise UsageError(
            f"`{option} {text}` is not a date; write a time ago such as `7d`, `12h` or `2w`, or a date such as "
            f"`{now:%Y-%m-%d}`"
        ) from None
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)


def _moment(text: str | None, now: datetime, option: str) -> datetime | None:
    return None if text is None else read_moment(text, now, option)
