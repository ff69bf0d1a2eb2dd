"""
Show the progress of a long run, only on a terminal.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmentary_regression.core.model import CaseResult, VerdictKind, count_of

if TYPE_CHECKING:
    import rich.progress

_PATIENCE_S = 0.7
"""A shorter run shows nothing: a line that flashes by helps nobody."""
_COUNTED = (VerdictKind.ERROR, VerdictKind.FAILED, VerdictKind.CHANGED, VerdictKind.UNSURE)


class TerminalProgress:
    """
    A line on stderr that moves while cases are asked and vanishes with the last.
    """

    def __init__(self, total: int, *, color: bool) -> None:
        self._total = total
        self._color = color
        self._asked = 0
        self._counts: Counter[VerdictKind] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._bar: rich.progress.Progress | None = None

    def start(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE_S, self._show)

    def advance(self, results: Sequence[CaseResult]) -> None:
        self._asked += len(results)
        self._counts.update(result.verdict.kind for result in results)
        self._refresh()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._bar is not None:
            self._bar.stop()

    def _show(self) -> None:
        # Imported here: short runs and pipes show no progress.
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        from llmentary_regression.reports.terminal import make_console

        console = make_console(sys.stderr, color=None if self._color else False)
        self._bar = Progress(
            TextColumn("asking", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
        )
        self._bar.add_task("", total=self._total)
        self._bar.start()
        self._refresh()

    def _refresh(self) -> None:
        if self._bar is not None:
            counts = [count_of(self._counts[kind], kind) for kind in _COUNTED if self._counts[kind]]
            self._bar.update(self._bar.task_ids[0], completed=self._asked, description=", ".join(counts))


def make_progress(total: int, *, quiet: bool, color: bool) -> TerminalProgress | None:
    """
    Return the progress of a run on a terminal; None where nobody could watch it.
    """
    return None if quiet or not sys.stderr.isatty() else TerminalProgress(total, color=color)
