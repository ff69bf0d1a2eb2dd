"""
What is asked by itself: new and edited cases when a suite is saved, and known ones when the user's code was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import StoreError
from llmentary_regression.core.model import Case, VerdictKind
from llmentary_regression.lsp.positions import place_key
from llmentary_regression.services.select import SuiteCase

from ._projects import Entry, is_of_others
from ._suites import Snapshot, SuiteState, wording_of

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_SECONDS_TO_SETTLE = 0.3
"""After the last of a burst of changes, such as an editor's save and its formatter's."""


async def suite_saved(ls: Server, suite: SuiteState) -> None:
    """
    Ask the cases that are new or edited since the last save, and forget those that are gone.
    """
    entry, snapshot = ls.entry_of(suite), await ls.read(suite)
    if entry is None or snapshot is None:
        return
    snapshot = await ls.renames.settle(suite, snapshot)
    if asks_by_itself(ls, entry):
        baselines = _baselines_of(ls, entry, snapshot)
        start(ls, entry, suite, [c for c in snapshot.parsed.suite.cases if _is_unasked(suite, c, baselines)])
    suite.forget_lost_cases()


def asks_by_itself(ls: Server, entry: Entry) -> bool:
    """
    Tell whether a project's cases may be asked without being told to.
    """
    return entry.project.settings.run == "onSave" and ls.trust.allows(entry.root)


def start(ls: Server, entry: Entry, suite: SuiteState, cases: Iterable[Case]) -> None:
    """
    Ask some cases of a suite in the background, if there are any.
    """
    snapshot = suite.snapshot
    wanted = [case for case in cases if entry.project.settings_of(case).skip is None]
    if snapshot is not None and wanted:
        pairs = [(suite, SuiteCase(snapshot.parsed, case)) for case in wanted]
        ls.runs.start(entry, pairs, f"Asking {len(wanted)} of `{snapshot.parsed.name}`")


class CodeWatch:
    """
    Notices changes of the user's code, gathers them for a moment, and acts once.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._seen: dict[Path, int | None] = {}
        self._changed: dict[Path, Entry] = {}
        self._timer: asyncio.TimerHandle | None = None

    def code_changed(self, paths: Iterable[Path]) -> None:
        """
        Take note of changed Python files. One change is often told twice: by the save and by the watcher.
        """
        for path in paths:
            real = Path(place_key(path))
            entries = [entry for entry in self._ls.projects if not is_of_others(real, entry.root)]
            stamp = _stamp_of(path)
            if not entries or (real in self._seen and self._seen[real] == stamp):
                continue
            self._seen[real] = stamp
            for entry in entries:
                self.project_changed(entry)

    def project_changed(self, entry: Entry) -> None:
        """
        Take earlier answers of a project as old, at once, and ask again soon.
        """
        entry.mark_code_changed()
        for suite in self._ls.suites_of(entry):
            for state in suite.cases.values():
                state.is_from_older_code = state.result is not None
            self._ls.display.touch(suite)
            stale = [(suite, state.result) for state in suite.cases.values() if state.result is not None]
            self._ls.news.results(None, stale)
        self._changed[entry.root] = entry
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_SECONDS_TO_SETTLE, self._settle)

    def _settle(self) -> None:
        self._timer = None
        entries = list(self._changed.values())
        self._changed.clear()
        for entry in entries:
            if asks_by_itself(self._ls, entry):
                self._ls.start(self._ask_again(entry))

    async def _ask_again(self, entry: Entry) -> None:
        """
        Ask the cases of open suites that have an answer, approved or not.
        """
        for suite in self._ls.suites_of(entry):
            if suite.document is None:
                continue
            snapshot = await self._ls.read(suite)
            if snapshot is not None:
                baselines = _baselines_of(self._ls, entry, snapshot)
                cases = [c for c in snapshot.parsed.suite.cases if _was_asked(suite, c, baselines)]
                start(self._ls, entry, suite, cases)


def _is_unasked(suite: SuiteState, case: Case, baselines: Mapping[str, Baseline]) -> bool:
    if suite.result_of(case) is not None:
        return False
    was_edited = suite.settled is not None and suite.settled.get(case.key) != wording_of(case)
    return was_edited or case.key not in baselines


def _was_asked(suite: SuiteState, case: Case, baselines: Mapping[str, Baseline]) -> bool:
    state = suite.cases.get(case.key)
    if state is not None and state.run is not None:
        return True
    if state is not None and state.result is not None:
        return state.result.verdict.kind is not VerdictKind.SKIPPED
    return case.key in baselines


def _baselines_of(ls: Server, entry: Entry, snapshot: Snapshot) -> Mapping[str, Baseline]:
    if Path(snapshot.parsed.name).is_absolute():
        return {}
    try:
        return entry.project.store.read(snapshot.parsed.name)
    except StoreError as exc:
        ls.tell_once(entry, str(exc))
        return {}


def _stamp_of(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
