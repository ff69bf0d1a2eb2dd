"""
Ctrl-C while questions are asked.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def cancelled_by_ctrl_c() -> Iterator[None]:
    """
    Let the first Ctrl-C cancel the current task, so that workers end and results stay; leave a second alone.
    """
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    assert task is not None

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        loop.call_soon_threadsafe(task.cancel)

    try:
        former = signal.signal(signal.SIGINT, interrupt)
    except ValueError:  # not in the main thread: whoever runs us there handles signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
