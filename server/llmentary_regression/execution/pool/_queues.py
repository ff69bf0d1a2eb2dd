"""
The queues in which jobs wait for a worker: runs take turns, and rates and budgets are respected.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from llmentary_regression.core.model import Failure
from llmentary_regression.execution.requests import Budget, Job, RateLimiter, Run


@dataclass(eq=False)
class JobQueue:
    """
    The jobs that need the same environment, and so the same workers.
    """

    env: Mapping[str, str]
    quarantined: deque[Job] = field(default_factory=deque)
    """One of these crashed a worker; each is asked again alone."""
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
            if run.budget is not None:
                _refuse(run.budget, jobs)
            if jobs and not run.has_enough and _is_turn(jobs[0].limiter):
                if len(self._queues) > 1:
                    self._queues.rotate(-1)
                return jobs.popleft()
            if jobs:
                self._queues.rotate(-1)
            else:
                self._queues.popleft()
        return None

    def next_quarantined(self) -> Job | None:
        """
        Return the next job that a worker must be given alone.
        """
        return self.quarantined.popleft() if self.quarantined else None

    def waiting(self) -> int:
        """
        Return how many jobs wait and may be asked now.
        """
        count = len(self.quarantined)
        for run, jobs in self._queues:
            if jobs and not run.has_enough:
                limiter = jobs[0].limiter
                count += len(jobs) if limiter is None else int(limiter.wait_s(time.monotonic()) == 0)
        return count

    def pause_s(self) -> float | None:
        """
        Return the seconds until a job's turn to be asked comes; None if none waits for its turn.
        """
        now = time.monotonic()
        return min(
            (jobs[0].limiter.wait_s(now) for _, jobs in self._queues if jobs and jobs[0].limiter is not None),
            default=None,
        )

    @property
    def is_budgeted(self) -> bool:
        """
        Return whether some run has a budget, so that only a few jobs should be in flight.
        """
        return any(run.budget is not None and jobs for run, jobs in self._queues)

    @property
    def is_empty(self) -> bool:
        """
        Whether no job waits here at all.
        """
        return not self.quarantined and not any(jobs for _, jobs in self._queues)

    def fail(self, failure: Failure, is_meant: Callable[[Job], bool]) -> None:
        """
        Finish the waiting jobs that match with the same failure.
        """
        queues = [(None, self.quarantined), *self._queues]
        for _, jobs in queues:
            meant = [job for job in jobs if is_meant(job)]
            if meant:
                kept = [job for job in jobs if not is_meant(job)]
                jobs.clear()
                jobs.extend(kept)
                for job in meant:
                    job.finish(failure)


def _is_turn(limiter: RateLimiter | None) -> bool:
    return limiter is None or limiter.take(time.monotonic())


def _refuse(budget: Budget, jobs: deque[Job]) -> None:
    """
    Finish the jobs at the head of a queue that are not to be asked any more.
    """
    while jobs and (failure := budget.refuse(jobs[0].ask)) is not None:
        jobs.popleft().finish(failure)
