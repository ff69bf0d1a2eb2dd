"""
The limit that ends a frozen worker: set whenever something is under way, whoever looks first.
"""

from __future__ import annotations

import faulthandler
from typing import Any, cast

import pytest

from llmentary_regression_worker.channel import Channel
from llmentary_regression_worker.clock import Clock


class Silent:
    """
    A channel that nobody listens to.
    """

    output = 2


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """
    Return what is asked of `faulthandler`, as it is asked.
    """
    made: list[str] = []

    def set_limit(seconds: float, **options: Any) -> None:
        made.append(f"set {seconds}")

    monkeypatch.setattr(faulthandler, "dump_traceback_later", set_limit)
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: made.append("lifted"))
    return made


@pytest.fixture
def clock(calls: list[str]) -> Clock:
    """
    Return a clock of a worker to which asks of at most one second were sent.
    """
    made = Clock(cast("Channel", Silent()), lambda: False)
    made.limit_freezing(1.0)
    calls.clear()
    return made


def test_an_ask_that_begins_as_the_limit_is_lifted_has_one(clock: Clock, calls: list[str]) -> None:
    """It may freeze the process at once, and then nobody else comes to set the limit."""
    clock.lift_limit()
    clock.start(7, 0.0, can_cancel=False)

    assert calls == ["lifted", "set 1.0"]


def test_the_limit_stays_while_an_ask_is_under_way(clock: Clock, calls: list[str]) -> None:
    """It began after the time keeper had seen that nothing was left to do."""
    clock.start(7, 0.0, can_cancel=False)
    clock.lift_limit()

    assert calls == []


def test_the_limit_is_lifted_when_all_is_done(clock: Clock, calls: list[str]) -> None:
    """A worker that waits for its next ask may wait as long as it likes."""
    clock.start(7, 0.0, can_cancel=False)
    clock.finish(7)
    clock.lift_limit()

    assert calls == ["lifted"]
