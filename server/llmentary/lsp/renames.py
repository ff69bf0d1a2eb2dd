"""
Renames that were asked for: as soon as the text shows one, or shows it undone, the baselines follow.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmentary.core.errors import LlmentaryError
from llmentary.core.model import Case
from llmentary.lsp.suites import Snapshot, SuiteState

if TYPE_CHECKING:
    from llmentary.lsp.server import Server

_log = logging.getLogger(__name__)

_MOST_KEPT = 20_000


class Renames:
    """
    Which case keys became which, suite by suite, as long as the server lives.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._pairs: dict[str, list[tuple[str, str]]] = {}

    def add(self, suite: SuiteState, pairs: Sequence[tuple[str, str]]) -> None:
        """
        Expect cases to become others.
        """
        known = self._pairs.setdefault(suite.uri, [])
        known += [pair for pair in pairs if pair not in known]
        del known[:-_MOST_KEPT]

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
        from llmentary.services.keep import keep_approvals

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
