"""
The jobs that a worker has in hand, under the numbers that its messages name them by.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from llmentary_regression.execution.requests import Job, Run


class InHand:
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
        Yield the jobs there are at the beginning, with their numbers; some may be taken meanwhile.
        """
        return iter(list(self._jobs.items()))

    def add(self, job: Job) -> int:
        """
        Take a job in hand, and return its number.
        """
        number = next(self._numbers)
        self._jobs[number] = job
        return number

    def get(self, number: int) -> Job | None:
        """
        Return a job; None if it is no longer in hand.
        """
        return self._jobs.get(number)

    def take(self, number: int) -> Job | None:
        """
        Let go of a job and return it; None if it is no longer in hand.
        """
        return self._jobs.pop(number, None)

    def take_of(self, target: str) -> list[Job]:
        """
        Let go of all jobs for one callable, and return them.
        """
        return [self._jobs.pop(number) for number in self.numbers(lambda job: job.ask.target == target)]

    def take_all(self) -> list[Job]:
        """
        Let go of all jobs and return them, ready to be asked again.
        """
        jobs = list(self._jobs.values())
        self._jobs.clear()
        for job in jobs:
            job.reset()
        return jobs

    def numbers(self, is_meant: Callable[[Job], bool]) -> list[int]:
        """
        Return the numbers of the jobs that are meant.
        """
        return [number for number, job in self._jobs.items() if is_meant(job)]

    def has_any_of(self, run: Run) -> bool:
        """
        Return whether a job of this run is among them.
        """
        return any(job.run is run for job in self._jobs.values())
