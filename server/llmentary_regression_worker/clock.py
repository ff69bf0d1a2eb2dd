"""
Watch the time in a worker: report asks that take long, send signs of life, end a frozen process.
"""

from __future__ import annotations

import faulthandler
import threading
import time
from typing import Any, Callable

from llmentary_regression_worker.channel import Channel

TICK_S = 0.05
_TICKS_PER_SIGN_OF_LIFE = 10


class Clock:
    """
    The asks under way, and the thread that reports them to llmentary.

    Args:
        channel: to llmentary.
        has_waiting: whether asks wait for a thread.
    """

    def __init__(self, channel: Channel, has_waiting: Callable[[], bool]) -> None:
        self.is_loading = False
        """Whether a module is being imported."""
        self._channel = channel
        self._has_waiting = has_waiting
        self._running: dict[int, _Running] = {}
        self._is_busy = threading.Event()
        self._limit_s = 0.0
        self._limit_lock = threading.Lock()
        self._is_limited = False

    @property
    def running(self) -> int:
        """
        Return how many asks are under way.
        """
        return len(self._running)

    def start(self, ask_id: int, delay_s: float, *, can_cancel: bool) -> None:
        """
        Note an ask that begins, or pauses so long before another attempt.
        """
        self._running[ask_id] = _Running(ask_id, time.monotonic() + delay_s, can_cancel)
        # The limit may just have been lifted, and this ask may freeze the process before it is set again.
        if not self._is_limited:
            self.limit_freezing()
        if not self._is_busy.is_set():
            self._is_busy.set()

    def finish(self, ask_id: int) -> None:
        """
        Forget an ask that has ended.
        """
        self._running.pop(ask_id, None)

    def wake(self) -> None:
        """
        Start watching the time: there is something to do.
        """
        self._is_busy.set()

    def limit_freezing(self, limit_s: float = 0.0) -> None:
        """
        Set the last resort for when llmentary dies while native code holds the interpreter's lock.

        The reading thread cannot end the process then; this timer works without the interpreter.

        Args:
            limit_s: how long the asks that were just sent may take at most, if there are any.
        """
        with self._limit_lock:
            self._limit_s = max(self._limit_s, limit_s)
            self._is_limited = True
            faulthandler.dump_traceback_later(self._limit_s, exit=True, file=self._channel.output)

    def lift_limit(self) -> None:
        """
        Lift the limit, unless something began meanwhile.
        """
        with self._limit_lock:
            self._is_limited = False
            if self._has_something():
                self._is_limited = True
            else:
                faulthandler.cancel_dump_traceback_later()

    def _has_something(self) -> bool:
        return bool(self._running) or self.is_loading or self._has_waiting()

    def run(self) -> None:
        """
        While anything runs: send what would otherwise wait, report what has begun, and send signs of life.
        """
        while True:
            self._is_busy.wait()
            self._is_busy.clear()
            ticks = 0
            while self._has_something():
                time.sleep(TICK_S)
                is_due = ticks % _TICKS_PER_SIGN_OF_LIFE == 0
                ticks += 1
                if is_due:
                    self.limit_freezing()
                self._channel.flush()
                self._send_running(is_due=is_due)
            self.lift_limit()
            self._channel.flush()

    def _send_running(self, *, is_due: bool) -> None:
        now = time.monotonic()
        asks: list[Any] = []
        for running in list(self._running.values()):
            if not running.is_reported and (now - running.started > TICK_S / 2 or running.started > now):
                running.is_reported = True
                asks.append([running.ask_id, round(now - running.started, 3), running.can_cancel])
        if asks or is_due:
            self._channel.send({"is": "running", "asks": asks})


class _Running:
    """
    An ask that has begun, or pauses before another attempt.
    """

    __slots__ = ("ask_id", "can_cancel", "is_reported", "started")

    def __init__(self, ask_id: int, started: float, can_cancel: bool) -> None:
        self.ask_id = ask_id
        self.started = started
        self.can_cancel = can_cancel
        self.is_reported = False
