"""
The event loop that all async callables of a worker share, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Iterable
from typing import Any, Callable

from llmentary_regression_worker.call import Loaded, ask_async
from llmentary_regression_worker.wire import AskMessage, Result


class AsyncAsks:
    """
    Runs async callables, up to `concurrency` at once; the loop starts with the first of them.

    Args:
        on_start: called with the id of an ask that begins, and how long it pauses first (0, or before a retry).
        on_result: called with its result.
        on_dropped: called with the ids of asks that were cancelled before they had a result.
    """

    def __init__(
        self,
        concurrency: int,
        *,
        on_start: Callable[[int, float], None],
        on_result: Callable[[Result, bool], None],
        on_dropped: Callable[[list[int]], None],
    ) -> None:
        self._concurrency = concurrency
        self._on_start = on_start
        self._on_result = on_result
        self._on_dropped = on_dropped
        self._queue: deque[tuple[Loaded, AskMessage]] = deque()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._cancelled: set[int] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    def submit(self, asks: Iterable[tuple[Loaded, AskMessage]]) -> None:
        """
        Queue some asks; any thread may do so.
        """
        self._queue.extend(asks)
        self._running_loop().call_soon_threadsafe(self._fill)

    def cancel(self, ids: set[int]) -> None:
        """
        Cancel those of the asks that are queued or running here.
        """
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel, ids)

    def wait_for(self, awaitable: Awaitable[Any]) -> Any:
        """
        Return the result of the awaitable; the calling thread waits meanwhile.
        """

        async def wait() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(wait(), self._running_loop()).result()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._run, args=(self._loop,), name="llmentary-async", daemon=True
                ).start()
            return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        while True:
            try:
                loop.run_forever()
            except (SystemExit, KeyboardInterrupt):
                # A task of the developer's own raised it, and asyncio lets it through. The ask that awaits
                # the task gets it as well; the other asks continue.
                continue

    def _fill(self) -> None:
        while self._queue and len(self._tasks) < self._concurrency:
            loaded, ask = self._queue.popleft()
            self._on_start(ask["id"], 0.0)
            task = asyncio.get_running_loop().create_task(self._ask(loaded, ask))
            self._tasks[ask["id"]] = task

    async def _ask(self, loaded: Loaded, ask: AskMessage) -> None:
        ask_id = ask["id"]

        async def pause(delay_s: float) -> None:
            self._on_start(ask_id, delay_s)
            await asyncio.sleep(delay_s)

        try:
            result = await ask_async(loaded, ask, pause=pause, is_cancelled=lambda: ask_id in self._cancelled)
        except asyncio.CancelledError:
            self._on_dropped([ask_id])
        else:
            self._on_result(result, not self._queue)
        finally:
            self._cancelled.discard(ask_id)
            self._tasks.pop(ask_id, None)
            self._fill()

    def _cancel(self, ids: set[int]) -> None:
        # In place, from a copy: other threads add to this deque.
        queued = [item for item in list(self._queue) if item[1]["id"] in ids]
        for item in queued:
            self._queue.remove(item)
        if queued:
            self._on_dropped([ask["id"] for _, ask in queued])
        for ask_id in ids.intersection(self._tasks):
            self._cancelled.add(ask_id)
            self._tasks[ask_id].cancel()
