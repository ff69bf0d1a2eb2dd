"""
An ask in flight (a job), the run it belongs to, and the budget that may end a run early.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from llmentary_regression.core.model import Answer, Failure, FailureKind, JsonValue
from llmentary_regression_worker import wire

from ._rates import RateLimiter
from ._requests import Ask, Asked, ask_message

_ENOUGH_UNREAD = 4096


class Budget(Protocol):
    """
    Decides, from the outcomes so far, whether more is asked.
    """

    def note(self, asked: Asked) -> None:
        """Add an outcome."""

    def refuse(self, ask: Ask) -> Failure | None:
        """Return why an ask may not be sent; None if it may."""


class Run:
    """
    The jobs that one caller waits for, and their outcomes.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget
        self.outstanding = 0
        self.is_cancelled = False
        self._results: list[Asked] = []
        self._waiter: asyncio.Future[None] | None = None

    def add(self, asked: Asked) -> None:
        """
        Take one outcome.
        """
        self.outstanding -= 1
        if self.budget is not None:
            self.budget.note(asked)
        if not self.is_cancelled:
            self._results.append(asked)
        self._wake()

    async def take(self) -> list[Asked]:
        """
        Return the outcomes since the last call, at least one unless the run is over.
        """
        while not self._results and self.outstanding:
            await self._wait()
        results, self._results = self._results, []
        return results

    async def wait_until_done(self) -> None:
        """
        Wait until no job is in flight.
        """
        while self.outstanding:
            await self._wait()

    @property
    def has_enough(self) -> bool:
        """
        Return whether the caller should read first, so that answers do not pile up in memory.
        """
        return len(self._results) >= _ENOUGH_UNREAD

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


@dataclass(slots=True, eq=False)
class Job:
    """
    One ask in flight.
    """

    ask: Ask
    run: Run
    call: Sequence[JsonValue] | None = None
    """The arguments of a judge or embed callable, which is not a question."""
    attempts: int = 0
    """Attempts that ended by running out of time; the worker counts the others."""
    started: float | None = None
    """When the worker began with it, if that was long enough ago to be reported."""
    deadline: float | None = None
    cancel_by: float | None = None
    """Its time was up and the worker was asked to cancel it by this time."""
    can_cancel: bool = False
    limiter: RateLimiter | None = None

    def message(self, job_id: int) -> wire.AskMessage:
        """
        Return what is sent to the worker.
        """
        if self.call is not None:
            return {"id": job_id, "target": self.ask.target, "call": list(self.call)}
        return ask_message(self.ask, job_id)

    def reset(self) -> None:
        """
        Forget the worker it was with; it will be asked again.
        """
        self.started = self.deadline = self.cancel_by = None
        self.can_cancel = False

    def finish(self, outcome: Answer | Failure, elapsed_s: float = 0.0, attempts: int = 0) -> None:
        """
        Report the outcome.
        """
        self.run.add(Asked(self.ask.number, outcome, elapsed_s, self.attempts + attempts))


CANCELLED = Failure(FailureKind.CANCELLED, "the run was cancelled")
