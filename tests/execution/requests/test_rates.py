"""
Rates, on a clock of the test's own, and budgets, with real workers.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from llmentary_regression.core.model import Answer, Failure, FailureKind, Role, Turn
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.pool import _queues as queues
from llmentary_regression.execution.requests import Ask, Asked, Rate, RateLimiter
from pool_fixtures import MakePool, WriteSources


@pytest.mark.parametrize(("per_minute", "step_s"), [(60.0, 1.0), (60.0, 0.25), (6000.0, 0.05), (1.0, 7.0)])
def test_rate_is_reached_and_not_passed(per_minute: float, step_s: float) -> None:
    """
    Over ten minutes of a clock that ticks in steps, as many questions go out as are allowed.
    """
    limiter = RateLimiter(Rate("", per_minute))
    taken = 0

    for tick in range(int(600 / step_s)):
        while limiter.take(tick * step_s):
            taken += 1

    assert per_minute * 10 * 0.95 <= taken <= per_minute * 10 + 2 + per_minute / 60 * (step_s + 0.1)


def test_first_question_goes_out_at_once_and_the_second_waits() -> None:
    """
    Questions are spaced evenly, not sent in a heap at the start of each minute.
    """
    limiter = RateLimiter(Rate("", 60.0))

    assert limiter.take(100.0)
    assert not limiter.take(100.0)
    assert limiter.wait_s(100.0) == pytest.approx(0.9, abs=0.11)


def test_pause_earns_no_heap_of_questions() -> None:
    """
    After an idle hour the rate is what it was.
    """
    limiter = RateLimiter(Rate("", 60.0))
    limiter.take(0.0)

    assert [limiter.take(3600.0), limiter.take(3600.0)] == [True, False]


async def outcomes(pool: Pool, asks: list[Ask], **options: Any) -> list[Asked]:
    return [asked async for batch in pool.ask(asks, **options) for asked in batch]


def ask(number: int, **options: Any) -> Ask:
    return Ask(number, "bot:ask", (Turn(Role.USER, "hi"),), timeout_s=20.0, **options)


class HeldClock:
    """
    Stands still until it is let go, and then goes on as time does.
    """

    def __init__(self) -> None:
        self._held = time.monotonic()
        self.let_go_at: float | None = None

    def monotonic(self) -> float:
        return self._held if self.let_go_at is None else self._held + time.monotonic() - self.let_go_at

    def let_go(self) -> None:
        self.let_go_at = time.monotonic()


async def test_paced_questions_do_not_hold_back_others(
    pool: Pool, write: WriteSources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Those without a rate are all answered before the clock moves; then the others are, spaced out.
    """
    write(bot="def ask(question):\n    return 'yes'\n")
    slow = Rate("slow.llmtest", 600.0)
    clock = HeldClock()
    monkeypatch.setattr(queues, "time", clock)

    answered = []
    async for batch in pool.ask([ask(number, rate=slow if number < 4 else None) for number in range(40)]):
        answered += [one.number for one in batch if isinstance(one.outcome, Answer)]
        if {*range(4, 40)} <= {*answered} and clock.let_go_at is None:
            assert 3 not in answered
            clock.let_go()
    assert clock.let_go_at is not None
    took_s = time.monotonic() - clock.let_go_at

    assert sorted(answered) == [*range(40)]
    assert took_s >= 0.19


class Spender:
    """
    Refuses to ask once three answers came.
    """

    def __init__(self) -> None:
        self.answers = 0

    def note(self, asked: Asked) -> None:
        self.answers += isinstance(asked.outcome, Answer)

    def refuse(self, ask: Ask) -> Failure | None:
        return Failure(FailureKind.MAX_COST, "enough") if self.answers >= 3 else None


async def test_budget_stops_what_was_not_asked_yet(make_pool: MakePool, write: WriteSources) -> None:
    """
    What is under way is answered; of a quick callable too, no more than a worker asks at once.
    """
    write(bot="def ask(question):\n    return 'yes'\n")
    pool = make_pool(concurrency=2)

    found = await outcomes(pool, [ask(number) for number in range(200)], budget=Spender())

    answered = [one for one in found if isinstance(one.outcome, Answer)]
    refused = [one for one in found if isinstance(one.outcome, Failure)]
    assert {one.outcome.kind for one in refused if isinstance(one.outcome, Failure)} == {FailureKind.MAX_COST}
    assert 3 <= len(answered) <= 4
    assert len(found) == 200
