"""
Renames that were asked for: as soon as the text shows one, or shows it undone, the baselines follow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import Case
from llmentary_regression.lsp.positions import place_key

from ._suites import Snapshot, SuiteState

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

    from ._projects import Entry

_MOST_KEPT = 20_000
_LOOKS = 50
_SECONDS_BETWEEN_LOOKS = 0.1


@dataclass(frozen=True, slots=True)
class _RowsToCome:
    """
    A file of rows that the client is about to write, with a parameter renamed in it.
    """

    file: Path
    former: str
    """What is in it before."""
    name: str
    """The parameter's new name."""

    def concerns(self, suite: SuiteState, snapshot: Snapshot) -> bool:
        names = snapshot.reading.files
        return any(place_key(suite.path.parent / name) == place_key(self.file) for name in names) and any(
            f"{{{{{self.name}}}}}" in line for line in snapshot.lines
        )


class Renames:
    """
    Which case keys became which, suite by suite, as long as the server lives.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        self._rows_to_come: list[_RowsToCome] = []

    def add(self, suite: SuiteState, pairs: Sequence[tuple[str, str]]) -> None:
        """
        Expect cases to become others.
        """
        known = self._pairs.setdefault(suite.uri, [])
        known += [pair for pair in pairs if pair not in known]
        del known[:-_MOST_KEPT]

    def expect_rows(self, file: Path, former: str, name: str) -> None:
        """
        Expect a file of rows to be written with a parameter's new name.
        """
        self._rows_to_come.append(_RowsToCome(file, former, name))

    async def settle(self, suite: SuiteState, snapshot: Snapshot) -> Snapshot:
        """
        Let baselines follow now, before anything is asked: an editor may save right after a rename.

        The file of rows may be saved a little later than the suite, and not every client tells of it.
        """
        entry = self._ls.entry_of(suite)
        for rows in [one for one in self._rows_to_come if one.concerns(suite, snapshot)]:
            if entry is not None:
                await _wait_for_rows(entry, suite, rows)
            if rows in self._rows_to_come:
                self._rows_to_come.remove(rows)
            suite.snapshot = None
            self._ls.display.touch(suite)
        snapshot = await self._ls.read(suite) or snapshot
        await self.follow(suite, snapshot)
        return snapshot

    async def follow(self, suite: SuiteState, snapshot: Snapshot) -> None:
        """
        Move what belongs to cases that the text calls otherwise by now.
        """
        pairs = self._pairs.get(suite.uri)
        entry = self._ls.entry_of(suite)
        if not pairs or entry is None or not self._ls.trust.allows(entry.root):
            return
        moves = _moves_of(pairs, snapshot)
        if not moves:
            return
        for former, case in moves:
            state = suite.cases.pop(former, None)
            if state is not None:
                result = state.result
                state.result = None if result is None else replace(result, case=case)
                state.fitting = None
                suite.cases[case.key] = state
        from llmentary_regression.services.approve import keep_approvals

        name = snapshot.parsed.name
        keys = {key for former, case in moves for key in (former, case.key)}

        def keep() -> int:
            kept = entry.project.store.read(name)
            return keep_approvals(entry.project, name, [one for one in moves if one[0] in kept])

        try:
            await self._ls.approvals.change(entry, suite, name, keys, keep, can_undo=False)
        except LlmentaryError as exc:
            self._ls.tell(str(exc))


def _moves_of(pairs: Sequence[tuple[str, str]], snapshot: Snapshot) -> list[tuple[str, Case]]:
    """
    Return the former key and the case of each that has changed its key, in either direction.
    """
    cases = snapshot.cases
    return [
        (former, cases[now])
        for old, new in pairs
        for former, now in ((old, new), (new, old))
        if now in cases and former not in cases
    ]


async def _wait_for_rows(entry: Entry, suite: SuiteState, rows: _RowsToCome) -> None:
    for _ in range(_LOOKS):
        try:
            text = await asyncio.to_thread(entry.project.read_inside, suite.path, str(rows.file))
        except (OSError, ValueError):
            text = rows.former  # it is being written
        if text != rows.former:
            return
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
