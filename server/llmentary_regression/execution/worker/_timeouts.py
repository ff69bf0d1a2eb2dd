"""
When a job has taken too long, and what is to be done about it: pure rules over what is known of its worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from llmentary_regression.execution.requests import Job

SIGN_OF_LIFE_S = 2.0
"""A worker that was not heard for so long is frozen: some thread holds the interpreter's lock."""


class Remedy(Enum):
    """
    What helps against a job that is late.
    """

    CANCEL = auto()
    """Tell the worker to cancel it."""
    GIVE_UP = auto()
    """The thread it hangs in cannot be stopped; the others are not disturbed by it."""
    KILL = auto()
    """The event loop or the whole interpreter stands still, and any of its jobs may be why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How a worker stands at one moment; times are those of `time.monotonic`.
    """

    now: float
    heard: float
    """When it last said anything."""
    is_loading: bool
    in_hand: int
    """How many jobs it has."""

    @property
    def is_lively(self) -> bool:
        """
        Whether the worker was heard lately.
        """
        return self.now - self.heard < SIGN_OF_LIFE_S


def is_late(job: Job, worker: Standing) -> bool:
    """
    Return whether a job should be over by now.
    """
    if job.cancel_by is not None:
        return worker.now >= job.cancel_by
    if job.deadline is not None:
        return worker.now >= job.deadline
    # Not told that it began: it waits its turn, or the worker cannot speak.
    return not worker.is_loading and worker.now - worker.heard > job.ask.timeout_s + SIGN_OF_LIFE_S


def remedy_for(job: Job, worker: Standing) -> Remedy:
    """
    Return what is to be done about a job that is late.
    """
    if job.cancel_by is None and job.can_cancel and worker.is_lively:
        return Remedy.CANCEL
    is_alone = worker.in_hand == 1
    hangs_in_thread = not job.can_cancel and (job.deadline is not None or job.run.is_cancelled)
    if is_alone or (worker.is_lively and hangs_in_thread):
        return Remedy.GIVE_UP
    return Remedy.KILL
