"""
Rules on jobs that take too long: when one is late, and what helps; times are literal seconds.
"""

from __future__ import annotations

import pytest

from llmentary_regression.core.model import Role, Turn
from llmentary_regression.execution.requests import Ask, Job, Run
from llmentary_regression.execution.worker._failures import Remedy, Standing, is_late, remedy_for


def a_job(*, deadline: float | None = None, cancel_by: float | None = None, can_cancel: bool = False) -> Job:
    ask = Ask(0, "bot:ask", (Turn(Role.USER, "hi"),), timeout_s=10.0)
    return Job(ask, Run(), deadline=deadline, cancel_by=cancel_by, can_cancel=can_cancel)


def standing(
    now: float, *, heard: float | None = None, is_loading: bool = False, in_hand: int = 3
) -> Standing:
    return Standing(now, now if heard is None else heard, is_loading, in_hand)


@pytest.mark.parametrize(
    ("job", "worker", "expected"),
    [
        (a_job(deadline=20.0), standing(19.9), False),
        (a_job(deadline=20.0), standing(20.0), True),
        (a_job(deadline=20.0, cancel_by=21.0), standing(20.5), False),
        (a_job(deadline=20.0, cancel_by=21.0), standing(21.0), True),
        (a_job(), standing(50.0), False),
        (a_job(), standing(50.0, heard=39.0), False),
        (a_job(), standing(50.0, heard=37.9), True),
        (a_job(), standing(50.0, heard=37.9, is_loading=True), False),
    ],
)
def test_job_is_late(job: Job, worker: Standing, expected: bool) -> None:
    """
    By its deadline, by when it was to be cancelled, or by its worker's silence other than while it loads.
    """
    assert is_late(job, worker) is expected


@pytest.mark.parametrize(
    ("job", "worker", "expected"),
    [
        (a_job(deadline=1.0, can_cancel=True), standing(1.0), Remedy.CANCEL),
        (a_job(deadline=1.0, can_cancel=True, cancel_by=2.0), standing(2.0), Remedy.KILL),
        (a_job(deadline=1.0), standing(1.0), Remedy.GIVE_UP),
        (a_job(deadline=5.0), standing(5.0, heard=2.0), Remedy.KILL),
        (a_job(deadline=5.0), standing(5.0, heard=2.0, in_hand=1), Remedy.GIVE_UP),
        (a_job(deadline=5.0, can_cancel=True), standing(5.0, heard=2.0), Remedy.KILL),
        (a_job(), standing(1.0), Remedy.KILL),
    ],
)
def test_late_job_gets_the_mildest_remedy_that_helps(job: Job, worker: Standing, expected: Remedy) -> None:
    """
    One that hangs costs the others nothing as long as the worker speaks.
    """
    assert remedy_for(job, worker) is expected
