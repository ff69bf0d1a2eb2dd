"""
Rules on jobs that take too long: when one is late, and what helps; times are literal seconds.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.execution.requests import Ask, Job, Run
from llmentary_regression.execution.worker._failures import Recovery, WorkerStatus, is_late, recovery_for


def a_job(*, deadline: float | None = None, cancel_by: float | None = None, can_cancel: bool = False) -> Job:
    ask = Ask(0, "bot:ask", (Turn(Role.USER, "hi"),), timeout_s=10.0)
    return Job(ask, Run(), deadline=deadline, cancel_by=cancel_by, can_cancel=can_cancel)


def status(
    now: float, *, heard: float | None = None, is_loading: bool = False, in_flight: int = 3
) -> WorkerStatus:
    return WorkerStatus(now, now if heard is None else heard, is_loading, in_flight)


@pytest.mark.parametrize(
    ("job", "worker", "expected"),
    [
        (a_job(deadline=20.0), status(19.9), False),
        (a_job(deadline=20.0), status(20.0), True),
        (a_job(deadline=20.0, cancel_by=21.0), status(20.5), False),
        (a_job(deadline=20.0, cancel_by=21.0), status(21.0), True),
        (a_job(), status(50.0), False),
        (a_job(), status(50.0, heard=39.0), False),
        (a_job(), status(50.0, heard=37.9), True),
        (a_job(), status(50.0, heard=37.9, is_loading=True), False),
    ],
)
def test_job_is_late(job: Job, worker: WorkerStatus, expected: bool) -> None:
    """
    By its deadline, by when it was to be cancelled, or by its worker's silence other than while it loads.
    """
    assert is_late(job, worker) is expected


@pytest.mark.parametrize(
    ("job", "worker", "expected"),
    [
        (a_job(deadline=1.0, can_cancel=True), status(1.0), Recovery.CANCEL),
        (a_job(deadline=1.0, can_cancel=True, cancel_by=2.0), status(2.0), Recovery.KILL),
        (a_job(deadline=1.0), status(1.0), Recovery.GIVE_UP),
        (a_job(deadline=5.0), status(5.0, heard=2.0), Recovery.KILL),
        (a_job(deadline=5.0), status(5.0, heard=2.0, in_flight=1), Recovery.GIVE_UP),
        (a_job(deadline=5.0, can_cancel=True), status(5.0, heard=2.0), Recovery.KILL),
        (a_job(), status(1.0), Recovery.KILL),
    ],
)
def test_late_job_gets_the_mildest_remedy_that_helps(
    job: Job, worker: WorkerStatus, expected: Recovery
) -> None:
    """
    One that hangs costs the others nothing as long as the worker speaks.
    """
    assert recovery_for(job, worker) is expected
