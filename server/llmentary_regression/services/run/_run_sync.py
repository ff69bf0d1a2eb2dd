"""
Run async work from synchronous code, even if an event loop runs in this thread already.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def run_sync(work: Callable[[], Coroutine[Any, Any, ResultT]]) -> ResultT:
    """
    Run async work to its end, in a separate thread if an event loop runs in this one.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    outcome: Future[ResultT] = Future()

    def run() -> None:
        try:
            outcome.set_result(asyncio.run(work()))
        except BaseException as exc:  # noqa: BLE001 - handed to the caller, who waits for it
            outcome.set_exception(exc)

    thread = threading.Thread(target=run, name="llmentary-run-sync")
    thread.start()
    thread.join()
    return outcome.result()
