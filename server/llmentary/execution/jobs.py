"""
The pool's bookkeeping: an ask under way (a job), the jobs of one run, and the queues they wait in.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from llmentary.core.model import Answer, Failure, FailureKind, JsonValue
from llmentary.execution.asks import Ask, Asked, ask_message
from llmentary_worker import wire

_ENOUGH_UNREAD = 4096


class Run:
    """
    The jobs that one caller waits for, and their outcomes.
    """

    def __init__(self) -> None:
        self.outstanding = 0
        self.is_cancelled = False
        self._results: list[Asked] = []
        self._waiter: asyncio.Future[None] | None = None

    def add(self, asked: Asked) -> None:
        """
        Take one outcome.
        """
        self.outstanding -= 1
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
            if jobs and not run.has_enough:
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
        return sum(len(jobs) for run, jobs in self._queues if not run.has_enough) + len(self.suspects)

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


CANCELLED = Failure(FailureKind.CANCELLED, "the run was cancelled")
