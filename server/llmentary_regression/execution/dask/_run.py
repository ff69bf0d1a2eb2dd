"""
One run's questions, distributed over the workers of a cluster as they come and go.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from llmentary_regression.core.model import Failure, FailureKind
from llmentary_regression.execution.requests import Ask, Asked, Budget, Rate, RateLimiter

_LOOK_AGAIN_S = 0.5
"""How often the cluster is checked for workers that came or went."""
_NO_WORKERS_S = 30.0
"""How long a run waits for a worker, once it has lost all of them."""
MAX_LOSSES = 3
"""A case that was sent to this many lost workers is not asked again: it may be why they were lost."""
_BATCHES_AT_ONCE = 2
"""For each worker: the next questions are there before the last answer of the previous batch has come."""
_MAX_BATCH = 256
_QUICK_S = 0.1


class Cluster(Protocol):
    """
    What a run needs of a cluster; a Protocol so that the tests of a run need none.
    """

    async def workers(self) -> list[str]:
        """Return the addresses of the workers that there are now."""

    async def send(self, worker: str, asks: Sequence[Ask]) -> list[Asked]:
        """Have one worker ask, and return all outcomes; OSError if it is lost."""


class ClusterRun:
    """
    The asks that one caller waits for, distributed over the cluster's workers.
    """

    def __init__(
        self, cluster: Cluster, asks: Iterable[Ask], budget: Budget | None, concurrency: int
    ) -> None:
        self._cluster = cluster
        self._budget = budget
        self._concurrency = concurrency
        self._queue = deque(asks)
        self._outstanding = len(self._queue)
        self._losses: dict[int, int] = {}
        self._limiters: dict[Rate, RateLimiter] = {}
        self._outcomes: list[Asked] = []
        self._changed = asyncio.Event()
        self._feeders: dict[str, list[asyncio.Task[None]]] = {}
        self._lost: set[str] = set()
        self._error: BaseException | None = None

    async def outcomes(self) -> AsyncGenerator[list[Asked], None]:
        """
        Yield the outcomes until there is one for each ask.
        """
        alone_since: float | None = None
        looked = 0.0
        while self._outstanding or self._outcomes:
            if self._outcomes:
                batch, self._outcomes = self._outcomes, []
                yield batch
                continue
            if self._error is not None:
                raise self._error
            now = time.monotonic()
            if now - looked >= _LOOK_AGAIN_S:
                looked = now
                alone_since = None if await self._feed_workers() else alone_since or now
                if alone_since is not None and now - alone_since > _NO_WORKERS_S:
                    self._give_up()
                    continue
            self._changed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN_S)

    async def stop(self) -> bool:
        """
        Stop feeding; return whether anything was in flight.
        """
        tasks = [task for feeders in self._feeders.values() for task in feeders if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        is_cut = self._outstanding > 0
        self._queue.clear()
        return is_cut

    async def _feed_workers(self) -> bool:
        """
        Feed new workers; return whether there are any workers.
        """
        try:
            present = [one for one in await self._cluster.workers() if one not in self._lost]
        except OSError:
            present = []
        for worker in present:
            if all(task.done() for task in self._feeders.get(worker, ())):
                self._feeders[worker] = [
                    asyncio.create_task(self._feed(worker)) for _ in range(_BATCHES_AT_ONCE)
                ]
        return bool(present)

    async def _feed(self, worker: str) -> None:
        size = self._concurrency
        while batch := await self._next_batch(size):
            started = time.monotonic()
            try:
                outcomes = await self._cluster.send(worker, [replace(ask, rate=None) for ask in batch])
            except OSError:
                self._lost.add(worker)
                self._requeue(batch)
                return
            except asyncio.CancelledError:
                raise
            except Exception as exc:  # noqa: BLE001 - whatever Dask throws ends the run, not a task unseen
                self._error = exc
                self._changed.set()
                return
            self._finish(outcomes)
            is_quick = time.monotonic() - started < _QUICK_S and self._budget is None
            size = min(size * 2, _MAX_BATCH) if is_quick else self._concurrency

    async def _next_batch(self, size: int) -> list[Ask]:
        """
        Return the next asks that may be sent, waiting for the turn of the first; none if the queue is empty.
        """
        batch: list[Ask] = []
        while self._queue and len(batch) < min(size, self._fair_share(len(batch))):
            ask = self._queue[0]
            refusal = self._budget.refuse(ask) if self._budget is not None else None
            if refusal is not None:
                self._queue.popleft()
                self._finish([Asked(ask.number, refusal, 0.0, 0)])
                continue
            if ask.rate is not None:
                limiter = self._limiters.setdefault(ask.rate, RateLimiter(ask.rate))
                if not limiter.take(time.monotonic()):
                    if batch:
                        break
                    await asyncio.sleep(limiter.wait_s(time.monotonic()))
                    continue
            batch.append(self._queue.popleft())
        return batch

    def _fair_share(self, taken: int) -> int:
        """
        Return how many of the rest one feeder may take, so that all machines work until the end.
        """
        feeding = sum(not task.done() for tasks in self._feeders.values() for task in tasks)
        return math.ceil((len(self._queue) + taken) / max(1, feeding))

    def _requeue(self, asks: Sequence[Ask]) -> None:
        for ask in asks:
            losses = self._losses[ask.number] = self._losses.get(ask.number, 0) + 1
            if losses < MAX_LOSSES:
                self._queue.appendleft(ask)
                continue
            message = (
                f"`{ask.target}` gave no answer: {losses} workers of the cluster were lost while asking it"
            )
            self._finish([Asked(ask.number, Failure(FailureKind.EXITED, message), 0.0, losses)])
        self._changed.set()

    def _give_up(self) -> None:
        message = f"the cluster has had no workers for {_NO_WORKERS_S:g} s; start some, and run again"
        self._finish(
            [Asked(ask.number, Failure(FailureKind.INTERPRETER, message), 0.0, 0) for ask in self._queue]
        )
        self._queue.clear()

    def _finish(self, outcomes: Sequence[Asked]) -> None:
        for asked in outcomes:
            if self._budget is not None:
                self._budget.note(asked)
        self._outstanding -= len(outcomes)
        self._outcomes += outcomes
        self._changed.set()
