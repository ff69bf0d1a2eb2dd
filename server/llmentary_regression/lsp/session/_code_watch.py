"""
Runs that start on save: of new and edited cases when a suite is saved, of known ones when code is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import StoreError
from llmentary_regression.core.model import Case, VerdictKind
from llmentary_regression.lsp.uris import file_key
from llmentary_regression.services.select import SuiteCase

from ._projects import OpenProject, is_third_party
from ._suites import Snapshot, SuiteState, wording_of

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_SECONDS_TO_GATHER = 0.3
"""After the last of several changes in a row, such as an editor's save and its formatter's."""


async def suite_saved(ls: Server, suite: SuiteState) -> None:
    """
    Ask the cases that are new or edited since the last save, and forget those that are gone.
    """
    opened, snapshot = ls.project_of(suite), await ls.read(suite)
    if opened is None or snapshot is None:
        return
    snapshot = await ls.baseline_renames.apply_before_run(suite, snapshot)
    if runs_on_save(ls, opened):
        baselines = _baselines_of(ls, opened, snapshot)
        cases = snapshot.parsed.suite.cases
        _run_cases(ls, opened, suite, [case for case in cases if _is_unasked(suite, case, baselines)])
    suite.forget_lost_cases()


def runs_on_save(ls: Server, opened: OpenProject) -> bool:
    """
    Return whether a project's cases may be asked without a request.
    """
    return opened.project.settings.run == "onSave" and ls.trust.allows(opened.root)


def _run_cases(ls: Server, opened: OpenProject, suite: SuiteState, cases: Iterable[Case]) -> None:
    """
    Ask some cases of a suite in the background, if there are any.
    """
    snapshot = suite.snapshot
    wanted = [case for case in cases if opened.project.settings_of(case).skip is None]
    if snapshot is not None and wanted:
        pairs = [(suite, SuiteCase(snapshot.parsed, case)) for case in wanted]
        ls.runs.start(opened, pairs, f"Asking {len(wanted)} of `{snapshot.parsed.name}`")


class CodeWatch:
    """
    Notices changes of the user's code, gathers them for a moment, and asks again once.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._modified_at: dict[Path, int | None] = {}
        self._changed: dict[Path, OpenProject] = {}
        self._timer: asyncio.TimerHandle | None = None

    def code_changed(self, paths: Iterable[Path]) -> None:
        """
        Handle changed Python files. One change is often reported twice: by the save and by the watcher.
        """
        for path in paths:
            real = Path(file_key(path))
            projects = [opened for opened in self._ls.projects if not is_third_party(real, opened.root)]
            modified_at = _modified_at_of(path)
            if not projects or (real in self._modified_at and self._modified_at[real] == modified_at):
                continue
            self._modified_at[real] = modified_at
            for opened in projects:
                self.project_changed(opened)

    def project_changed(self, opened: OpenProject) -> None:
        """
        Mark earlier answers of a project as outdated at once, and ask again soon.
        """
        opened.mark_code_changed()
        for suite in self._ls.suites_of(opened):
            for state in suite.cases.values():
                state.is_from_older_code = state.result is not None
            self._ls.scheduler.mark_dirty(suite)
            stale = [(suite, state.result) for state in suite.cases.values() if state.result is not None]
            self._ls.notifications.results(None, stale)
        self._changed[opened.root] = opened
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_SECONDS_TO_GATHER, self._ask_changed_projects)

    def _ask_changed_projects(self) -> None:
        self._timer = None
        projects = list(self._changed.values())
        self._changed.clear()
        for opened in projects:
            if runs_on_save(self._ls, opened):
                self._ls.run_in_background(self._ask_again(opened))

    async def _ask_again(self, opened: OpenProject) -> None:
        """
        Ask the cases of open suites that have an answer, whether approved or not.
        """
        for suite in self._ls.suites_of(opened):
            if suite.document is None:
                continue
            snapshot = await self._ls.read(suite)
            if snapshot is not None:
                baselines = _baselines_of(self._ls, opened, snapshot)
                cases = [case for case in snapshot.parsed.suite.cases if _was_asked(suite, case, baselines)]
                _run_cases(self._ls, opened, suite, cases)


def _is_unasked(suite: SuiteState, case: Case, baselines: Mapping[str, Baseline]) -> bool:
    if suite.result_of(case) is not None:
        return False
    was_edited = suite.saved_wordings is not None and suite.saved_wordings.get(case.key) != wording_of(case)
    return was_edited or case.key not in baselines


def _was_asked(suite: SuiteState, case: Case, baselines: Mapping[str, Baseline]) -> bool:
    state = suite.cases.get(case.key)
    if state is not None and state.run is not None:
        return True
    if state is not None and state.result is not None:
        return state.result.verdict.kind is not VerdictKind.SKIPPED
    return case.key in baselines


def _baselines_of(ls: Server, opened: OpenProject, snapshot: Snapshot) -> Mapping[str, Baseline]:
    if Path(snapshot.parsed.name).is_absolute():
        return {}
    try:
        return opened.project.store.read(snapshot.parsed.name)
    except StoreError as exc:
        ls.show_message_once(opened, str(exc))
        return {}


def _modified_at_of(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
