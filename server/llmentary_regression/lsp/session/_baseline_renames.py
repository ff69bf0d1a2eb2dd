"""
Requested renames of cases: once the text contains one, or its undo, the baselines are renamed as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import Case
from llmentary_regression.lsp.uris import file_key

from ._suites import Snapshot, SuiteState

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

    from ._projects import OpenProject

_MAX_PAIRS = 20_000
_MAX_POLLS = 50
_SECONDS_BETWEEN_POLLS = 0.1


@dataclass(frozen=True, slots=True)
class _PendingRows:
    """
    A file of rows that the client is about to write with a renamed parameter.
    """

    file: Path
    previous: str
    """Its text before."""
    name: str
    """The parameter's new name."""

    def concerns(self, suite: SuiteState, snapshot: Snapshot) -> bool:
        names = snapshot.reading.files
        return any(file_key(suite.path.parent / name) == file_key(self.file) for name in names) and any(
            f"{{{{{self.name}}}}}" in line for line in snapshot.lines
        )


class BaselineRenames:
    """
    Pairs of old and new case keys by suite, for as long as the server lives.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        self._pending_rows: list[_PendingRows] = []

    def add(self, suite: SuiteState, pairs: Sequence[tuple[str, str]]) -> None:
        """
        Expect cases to change their keys.
        """
        known = self._pairs.setdefault(suite.uri, [])
        known += [pair for pair in pairs if pair not in known]
        del known[:-_MAX_PAIRS]

    def expect_rows(self, file: Path, previous: str, name: str) -> None:
        """
        Expect a file of rows to be written with a parameter's new name.
        """
        self._pending_rows.append(_PendingRows(file, previous, name))

    async def apply_before_run(self, suite: SuiteState, snapshot: Snapshot) -> Snapshot:
        """
        Rename baselines before anything is asked, since an editor may save right after a rename.

        The file of rows may be saved a little later than the suite, and not every client reports it.
        """
        opened = self._ls.project_of(suite)
        for rows in [rows for rows in self._pending_rows if rows.concerns(suite, snapshot)]:
            if opened is not None:
                await _wait_for_rows(opened, suite, rows)
            if rows in self._pending_rows:
                self._pending_rows.remove(rows)
            suite.snapshot = None
            self._ls.scheduler.mark_dirty(suite)
        snapshot = await self._ls.read(suite) or snapshot
        await self.apply(suite, snapshot)
        return snapshot

    async def apply(self, suite: SuiteState, snapshot: Snapshot) -> None:
        """
        Move state and baselines of cases that have another key in the text by now.
        """
        pairs = self._pairs.get(suite.uri)
        opened = self._ls.project_of(suite)
        if not pairs or opened is None or not self._ls.trust.allows(opened.root):
            return
        moves = _moves_of(pairs, snapshot)
        if not moves:
            return
        for previous, case in moves:
            state = suite.cases.pop(previous, None)
            if state is not None:
                result = state.result
                state.result = None if result is None else replace(result, case=case)
                state.matched = None
                suite.cases[case.key] = state
        from llmentary_regression.services.approve import carry_over_approvals

        name = snapshot.parsed.name
        keys = {key for previous, case in moves for key in (previous, case.key)}

        def rename() -> int:
            stored = opened.project.store.read(name)
            return carry_over_approvals(opened.project, name, [move for move in moves if move[0] in stored])

        try:
            await self._ls.approvals.change(opened, suite, name, keys, rename, can_undo=False)
        except LlmentaryError as exc:
            self._ls.show_message(str(exc))


def _moves_of(pairs: Sequence[tuple[str, str]], snapshot: Snapshot) -> list[tuple[str, Case]]:
    """
    Return the previous key and the case of each that has changed its key, in either direction.
    """
    cases = snapshot.cases
    return [
        (previous, cases[current])
        for old, new in pairs
        for previous, current in ((old, new), (new, old))
        if current in cases and previous not in cases
    ]


async def _wait_for_rows(opened: OpenProject, suite: SuiteState, rows: _PendingRows) -> None:
    for _ in range(_MAX_POLLS):
        try:
            text = await asyncio.to_thread(opened.project.read_inside, suite.path, str(rows.file))
        except (OSError, ValueError):
            text = rows.previous  # it is being written
        if text != rows.previous:
            return
        await asyncio.sleep(_SECONDS_BETWEEN_POLLS)
