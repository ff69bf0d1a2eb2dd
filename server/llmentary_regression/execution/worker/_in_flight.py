"""
The jobs that a worker has in flight, and how many more it may be sent at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from llmentary_regression.execution.requests import Job, Run


class InFlight:
    """
    Jobs from when they are sent until they are answered, dropped or given up.
    """

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, number: int) -> bool:
        return number in self._jobs

    def __iter__(self) -> Iterator[tuple[int, Job]]:
        """
        Yield the jobs that are there at the beginning, with their numbers; some may be removed meanwhile.
        """
        return iter(list(self._jobs.items()))

    def add(self, job: Job) -> int:
        """
        Add a job, and return its number.
        """
        number = next(self._numbers)
        self._jobs[number] = job
        return number

    def get(self, number: int) -> Job | None:
        """
        Return a job; None if it is no longer in flight.
        """
        return self._jobs.get(number)

    def take(self, number: int) -> Job | None:
        """
        Remove a job and return it; None if it is no longer in flight.
        """
        return self._jobs.pop(number, None)

    def take_of(self, target: str) -> list[Job]:
        """
        Remove all jobs for one callable, and return them.
        """
        return [self._jobs.pop(number) for number in self.numbers(lambda job: job.ask.target == target)]

    def take_all(self) -> list[Job]:
        """
        Remove all jobs and return them, ready to be asked again.
        """
        jobs = list(self._jobs.values())
        self._jobs.clear()
        for job in jobs:
            job.reset()
        return jobs

    def numbers(self, is_meant: Callable[[Job], bool]) -> list[int]:
        """
        Return the numbers of the jobs that match.
        """
        return [number for number, job in self._jobs.items() if is_meant(job)]

    def has_any_of(self, run: Run) -> bool:
        """
        Return whether a job of this run is among them.
        """
        return any(job.run is run for job in self._jobs.values())


_MAX_SIZE = 512


class Window:
    """
    Grows as long as answers come quickly, and shrinks as soon as an ask is slow.

    So trivial callables get large batches, and slow ones do not queue jobs that another worker could take.

    Args:
        smallest: how many questions one worker has in flight at once.
    """

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._size = smallest
        self._quick = 0

    def room(self, in_flight: int) -> int:
        """
        Return how many more jobs may be sent to a worker that has this many.
        """
        if self._size > self._smallest and in_flight > self._size // 2:
            return 0  # Small refills would make small batches, and those make smaller ones.
        return self._size - in_flight

    def grow(self, answered: int) -> None:
        """
        Count answers.
        """
        self._quick += answered
        if self._quick >= self._size:
            self._quick = 0
            self._size = min(self._size * 2, _MAX_SIZE)

    def shrink(self) -> None:
        """
        Return to the smallest size, since an ask is slow.
        """
        self._size, self._quick = self._smallest, 0
