"""
What was approved while the server lives, so that each approval can be undone.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import UsageError
from llmentary_regression.lsp import protocol

from ._projects import Entry
from ._suites import SuiteState

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_MOST_KEPT = 200


@dataclass(frozen=True, slots=True)
class _Approval:
    """
    One change of a suite's baselines.
    """

    number: int
    entry: Entry
    suite: SuiteState
    name: str
    before: Mapping[str, Baseline | None]
    after: Mapping[str, Baseline | None]


class Approvals:
    """
    Changes baselines and remembers what they were.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._numbers = itertools.count(1)
        self._done: list[_Approval] = []

    async def change(
        self,
        entry: Entry,
        suite: SuiteState,
        name: str,
        keys: Collection[str],
        work: Callable[[], Any],
        *,
        can_undo: bool = True,
    ) -> Any:
        """
        Do what changes the baselines of some cases, and return what it returns.

        Raises:
            LlmentaryError: whatever `work` raises; nothing is remembered then.
        """
        # The lock and the disk may keep it waiting, which the loop must not.
        async with entry.approving:
            before = await asyncio.to_thread(_read, entry, name, keys)
            outcome = await asyncio.to_thread(work)
            after = await asyncio.to_thread(_read, entry, name, keys)
        if entry.key_state != "found":
            await entry.look_for_key()
            self._ls.standing.tell()
        if before != after and can_undo:
            done = _Approval(next(self._numbers), entry, suite, name, before, after)
            self._done.append(done)
            del self._done[:-_MOST_KEPT]
            self._tell(done, is_undo=False)
        return outcome

    async def undo(self, number: int | None) -> tuple[Entry, SuiteState, Collection[str]]:
        """
        Put back what was approved before; the latest if no number is given.

        Raises:
            UsageError: there is nothing to undo, or the baselines have changed since.
            LlmentaryError: the file is damaged, or the folder refuses the write.
        """
        found = next((one for one in reversed(self._done) if number in (None, one.number)), None)
        if found is None:
            raise UsageError("there is no approval to undo; only those of this session can be")

        def put_back(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
            if any(baselines.get(key) != one for key, one in found.after.items()):
                raise UsageError("what was approved has changed since, so the approval cannot be undone")
            kept = {key: one for key, one in baselines.items() if key not in found.before}
            return {**kept, **{key: one for key, one in found.before.items() if one is not None}}

        async with found.entry.approving:
            await asyncio.to_thread(found.entry.project.store.update, {found.name: put_back})
        self._done.remove(found)
        self._tell(found, is_undo=True)
        return found.entry, found.suite, found.before.keys()

    def _tell(self, approval: _Approval, *, is_undo: bool) -> None:
        params = protocol.ApprovedParams(
            approval=approval.number, uri=approval.suite.uri, keys=sorted(approval.before), isUndo=is_undo
        )
        self._ls.notify_own(protocol.APPROVED, params)


def _read(entry: Entry, name: str, keys: Collection[str]) -> dict[str, Baseline | None]:
    baselines = entry.project.store.read(name)
    return {key: baselines.get(key) for key in keys}
