"""
The pool's bookkeeping: an ask under way (a job), the jobs of one run, and the queues they wait in.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from llmentary.core.model import Answer, Failure, FailureKind, JsonValue
from llmentary.execution.asks import Ask, Asked, ask_message
from llmentary.execution.pacing import Pace
from llmentary_worker import wire

_ENOUGH_UNREAD = 4096


class Gate(Protocol):
    """
    Decides, from the outcomes so far, whether more is asked.
    """

    def note(self, asked: Asked) -> None:
        """Take note of an outcome."""

    def refuse(self, ask: Ask) -> Failure | None:
        """Return why an ask is not to go out; None lets it pass."""


class Run:
    """
    The jobs that one caller waits for, and their outcomes.
    """

    def __init__(self, gate: Gate | None = None) -> None:
        self.gate = gate
        self.outstanding = 0
        self.is_cancelled = False
        self._results: list[Asked] = []
        self._waiter: asyncio.Future[None] | None = None

    def add(self, asked: Asked) -> None:
        """
        Take one outcome.
        """
        self.outstanding -= 1
        if self.gate is not None:
            self.gate.note(asked)
        if not self.is_cancelled:
            self._results.append(asked)
        self._wake()

    async def take(self) -> list[Asked]:
        """
        Return the outcomes that came since the last call, at least one unless the run is over.
        """
        while not self._results and self.outstanding:
            await self._wait()
        results, self._results = self._results, []
        return results

    async def drain(self) -> None:
        """
        Wait until no job is under way.
        """
        while self.outstanding:
            await self._wait()

    @property
    def has_enough(self) -> bool:
        """
        Whether the caller should read before more is asked, so that answers do not pile up in memory.
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
    One ask under way.
    """

    ask: Ask
    run: Run
    call: Sequence[JsonValue] | None = None
    """The arguments of a judge or embed callable, which is no question."""
    attempts: int = 0
    """Attempts that ended by running out of time; the worker counts the others."""
    started: float | None = None
    """When the worker began with it, if that was long enough ago to be told."""
    deadline: float | None = None
    cancel_by: float | None = None
    """Its time is up and its worker was told to cancel it; by then it should have."""
    can_cancel: bool = False
    pace: Pace | None = None

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


@dataclass(eq=False)
class Lane:
    """
    The jobs that need one and the same environment, and so the same workers.
    """

    env: Mapping[str, str]
    suspects: deque[Job] = field(default_factory=deque)
    """One of these took a worker down; each is asked again with a worker to itself."""
    _queues: deque[tuple[Run, deque[Job]]] = field(default_factory=deque)

    def add(self, run: Run, jobs: Iterable[Job]) -> None:
        """
        Queue jobs of a run.
        """
        self._queues.append((run, deque(jobs)))

    def add_first(self, job: Job) -> None:
        """
        Queue a job before all others.
        """
        self._queues.appendleft((job.run, deque([job])))

    def next_job(self) -> Job | None:
        """
        Return the next job, the runs taking turns; None if there is none that may be asked now.
        """
        for _ in range(len(self._queues)):
            run, jobs = self._queues[0]
            if run.gate is not None:
                _refuse(run.gate, jobs)
            if jobs and not run.has_enough and _is_turn(jobs[0].pace):
                if len(self._queues) > 1:
                    self._queues.rotate(-1)
                return jobs.popleft()
            if jobs:
                self._queues.rotate(-1)
            else:
                self._queues.popleft()
        return None

    def next_suspect(self) -> Job | None:
        """
        Return the next job that is to be alone with its worker.
        """
        return self.suspects.popleft() if self.suspects else None

    def waiting(self) -> int:
        """
        Return how many jobs wait and may be asked now.
        """
        count = len(self.suspects)
        for run, jobs in self._queues:
            if jobs and not run.has_enough:
                pace = jobs[0].pace
                count += len(jobs) if pace is None else int(pace.wait_s(time.monotonic()) == 0)
        return count

    def pause_s(self) -> float | None:
        """
        Return the seconds until a job's turn to be asked comes; None if none waits for its turn.
        """
        now = time.monotonic()
        return min(
            (jobs[0].pace.wait_s(now) for _, jobs in self._queues if jobs and jobs[0].pace is not None),
            default=None,
        )

    @property
    def is_gated(self) -> bool:
        """
        Whether some run watches the outcomes before more is asked, so that little should be under way.
        """
        return any(run.gate is not None and jobs for run, jobs in self._queues)

    @property
    def is_empty(self) -> bool:
        """
        Whether no job waits here at all.
        """
        return not self.suspects and not any(jobs for _, jobs in self._queues)

    def fail(self, failure: Failure, is_meant: Callable[[Job], bool]) -> None:
        """
        Give the waiting jobs that are meant one and the same failure.
        """
        queues = [(None, self.suspects), *self._queues]
        for _, jobs in queues:
            meant = [job for job in jobs if is_meant(job)]
            if meant:
                kept = [job for job in jobs if not is_meant(job)]
                jobs.clear()
                jobs.extend(kept)
                for job in meant:
                    job.finish(failure)


def _is_turn(pace: Pace | None) -> bool:
    return pace is None or pace.take(time.monotonic())


def _refuse(gate: Gate, jobs: deque[Job]) -> None:
    """
    Finish the jobs at the head of a queue that are not to be asked any more.
    """
    while jobs and (failure := gate.refuse(jobs[0].ask)) is not None:
        jobs.popleft().finish(failure)


CANCELLED = Failure(FailureKind.CANCELLED, "the run was cancelled")
