"""
What can go wrong with a worker: when a job is late and what to do about it, and the failures that users read.

Pure rules over what is known of a worker; nothing here acts on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from llmentary_regression.core.model import Failure, FailureKind
from llmentary_regression.execution.requests import Job

SIGN_OF_LIFE_S = 2.0
"""A worker that sent nothing for this long is frozen: some thread holds the interpreter's lock."""


class Recovery(Enum):
    """
    What is done about a job that is late.
    """

    CANCEL = auto()
    """Have the worker cancel it."""
    GIVE_UP = auto()
    """The thread it hangs in cannot be stopped; the others are not disturbed by it."""
    KILL = auto()
    """The event loop or the whole interpreter stands still, and any of its jobs may be why."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """
    The state of a worker at one moment; times are those of `time.monotonic`.
    """

    now: float
    heard: float
    """When it last sent anything."""
    is_loading: bool
    in_flight: int
    """How many jobs it has."""

    @property
    def is_lively(self) -> bool:
        """
        Return whether the worker sent something recently.
        """
        return self.now - self.heard < SIGN_OF_LIFE_S


def is_late(job: Job, worker: WorkerStatus) -> bool:
    """
    Return whether a job should be over by now.
    """
    if job.cancel_by is not None:
        return worker.now >= job.cancel_by
    if job.deadline is not None:
        return worker.now >= job.deadline
    # The worker has not reported that it began: it waits its turn, or the worker is stuck.
    return not worker.is_loading and worker.now - worker.heard > job.ask.timeout_s + SIGN_OF_LIFE_S


def recovery_for(job: Job, worker: WorkerStatus) -> Recovery:
    """
    Return what is to be done about a job that is late.
    """
    if job.cancel_by is None and job.can_cancel and worker.is_lively:
        return Recovery.CANCEL
    is_alone = worker.in_flight == 1
    hangs_in_thread = not job.can_cancel and (job.deadline is not None or job.run.is_cancelled)
    if is_alone or (worker.is_lively and hangs_in_thread):
        return Recovery.GIVE_UP
    return Recovery.KILL


def not_started(interpreter: str, reason: str, output: str) -> Failure:
    """
    Return the failure of all that waits for an interpreter that does not work.
    """
    message = f"cannot start {interpreter}: {reason}; set `interpreter` to the Python of your project"
    return Failure(FailureKind.INTERPRETER, message, output=output)


def not_debugged(reason: str) -> Failure:
    """
    Return the failure of what was to be asked under a debugger.
    """
    return Failure(FailureKind.INTERPRETER, f"cannot debug: {reason}")


def import_too_slow(target: str, limit_s: float, output: str) -> Failure:
    """
    Return the failure of all asks of a callable whose module does not finish importing.
    """
    message = f"importing `{target}` took longer than {limit_s:g} s; look at what its module does"
    return Failure(FailureKind.TIMED_OUT, message, output=output)


def import_ended_process(target: str, how: str, output: str) -> Failure:
    """
    Return the failure of all asks of a callable whose module ends its process.

    Args:
        target: the callable as it is set.
        how: the end, as `describe_exit` words it.
        output: the end of what was printed.
    """
    message = f"importing `{target}` ended the process ({how}); look at what its module does"
    return Failure(FailureKind.EXITED, message, output=output)


def answer_too_slow(target: str, timeout_s: float, output: str) -> Failure:
    """
    Return the failure of an ask whose time is up.
    """
    message = f"`{target}` gave no answer within {timeout_s:g} s; raise `timeout` if it needs longer"
    return Failure(FailureKind.TIMED_OUT, message, output=output)


def answer_ended_process(target: str, how: str, output: str) -> Failure:
    """
    Return the failure of an ask that ended its process.
    """
    if how.startswith("exit code"):
        message = f"`{target}` ended its process ({how}); return an answer instead"
    else:
        message = (
            f"the process of `{target}` was ended ({how}), by a crash or for lack of memory; run it again"
        )
    return Failure(FailureKind.EXITED, message, output=output)
