"""
Many questions for few workers: queued, batched, retried and cancelled; answers are streamed as they come.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from llmentary_regression.core.model import Answer, Failure, JsonValue
from llmentary_regression.execution.requests import CANCELLED, Ask, Asked, Budget, Job, Rate, RateLimiter, Run
from llmentary_regression.execution.worker import Worker, worker_environ
from llmentary_regression_worker import debugger

from ._queues import JobQueue

LOAD_TIMEOUT_S = 120.0
"""Importing may mean loading a model, so it has its own, longer limit than an answer."""
_TICK_S = 0.05
_ENV_KEY = tuple[tuple[str, str], ...]


class Pool:
    """
    The workers of one project.

    Workers start when first needed, are kept warm between runs, and are replaced when the developer's code
    changed. One pool belongs to one event loop; close it before the loop ends.

    Args:
        interpreter: the Python that runs the developer's callable.
        root: the project's folder; first on the workers' `sys.path`, and where they run.
        workers: how many processes may work at once.
        concurrency: how many questions one worker has in flight at once.
        environ: the workers' environment, by default this process's own; the project key is removed.
        on_output: called with what the developer's code prints, as it comes; it must not be written to disk.
        load_timeout_s: how long importing the developer's module may take.
        on_debug: if given, a worker waits for a debugger before it asks, and this is called with the port.
        debugpy_folder: where `debugpy` lies if the developer's environment has none.
    """

    def __init__(
        self,
        interpreter: Path | str,
        root: Path,
        *,
        workers: int = 1,
        concurrency: int = 4,
        environ: Mapping[str, str] | None = None,
        on_output: Callable[[str], None] | None = None,
        load_timeout_s: float = LOAD_TIMEOUT_S,
        on_debug: Callable[[int], None] | None = None,
        debugpy_folder: str | None = None,
    ) -> None:
        self._interpreter = str(interpreter)
        self._root = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would follow links that sys.path shows
        self._limit = max(1, workers)
        self._concurrency = max(1, concurrency)
        self._environ = worker_environ(os.environ if environ is None else environ)
        self._on_output = on_output
        self._load_timeout_s = load_timeout_s
        self._on_debug = on_debug
        if on_debug is not None:
            self._environ[debugger.VARIABLE] = "0"
            self._environ[debugger.FOLDER_VARIABLE] = debugpy_folder or ""
        self._queues_by_env: dict[_ENV_KEY, JobQueue] = {}
        self._workers: dict[Worker, JobQueue] = {}
        self._starts: set[asyncio.Task[None]] = set()
        self._runs: set[Run] = set()
        self._ticker: asyncio.TimerHandle | None = None
        self._limiters: dict[Rate, RateLimiter] = {}
        self._turn: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def ask(
        self, asks: Iterable[Ask], *, budget: Budget | None = None
    ) -> AsyncGenerator[list[Asked], None]:
        """
        Ask, and yield the outcomes in batches as they come, in any order.

        Closing the iterator, or cancelling the task that reads it, stops the work.

        Args:
            asks: what to ask.
            budget: is notified of each outcome, and may refuse what was not asked yet.
        """
        run = Run(budget)
        try:
            self._enqueue(run, [Job(ask, run) for ask in asks])
            while batch := await run.take():
                yield batch
                self._pump()
        finally:
            await self._finish(run)

    async def call(self, target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue | Failure:
        """
        Call a judge or embed callable with positional arguments, and return the JSON value it returned.
        """
        run = Run()
        try:
            self._enqueue(run, [Job(Ask(0, target, (), timeout_s=timeout_s), run, call=args)])
            batch = await run.take()
        finally:
            await self._finish(run)
        outcome = batch[0].outcome if batch else CANCELLED
        return outcome.data if isinstance(outcome, Answer) else outcome

    def mark_outdated(self) -> None:
        """
        Use fresh workers from now on: something that the developer's code depends on has changed.
        """
        for worker in list(self._workers):
            worker.drain()
        self._keep_ticking()

    def loaded_files(self) -> frozenset[Path]:
        """
        Return the developer's own source files that live workers have loaded.
        """
        return frozenset(Path(file) for worker in self._workers for file in worker.files)

    def import_name_fault(self) -> str | None:
        """
        Return what live workers found wrong with `import llmentary` in the developer's Python.
        """
        return next((one.import_name_fault for one in self._workers if one.import_name_fault), None)

    async def close(self) -> None:
        """
        Cancel what is in flight, end all workers and reap them.
        """
        self._is_closed = True
        for run in list(self._runs):
            self._abandon(run, kill=True)
        for worker in list(self._workers):
            worker.drain()
        self._keep_ticking()
        await self._reap(list(self._workers))
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _enqueue(self, run: Run, jobs: Sequence[Job]) -> None:
        run.outstanding = len(jobs)
        if self._is_closed:
            for job in jobs:
                job.finish(CANCELLED)
            return
        self._runs.add(run)
        self._drain_outdated()
        groups: dict[tuple[_ENV_KEY, Rate | None], list[Job]] = {}
        for job in jobs:
            env, rate = job.ask.env, job.ask.rate
            if rate is not None:
                if rate not in self._limiters:
                    self._limiters[rate] = RateLimiter(rate)
                job.limiter = self._limiters[rate]
            groups.setdefault((tuple(sorted(env.items())) if env else (), rate), []).append(job)
        for (key, _), group in groups.items():
            if key not in self._queues_by_env:
                self._queues_by_env[key] = JobQueue(dict(key))
            self._queues_by_env[key].add(run, group)
        self._pump()

    async def _finish(self, run: Run) -> None:
        """
        Clean up after a run, whether it ended by itself or was cut short.
        """
        try:
            if run.outstanding:
                self._abandon(run, kill=False)
                await run.wait_until_done()
                await self._reap([worker for worker in self._workers if worker.is_being_killed])
        except asyncio.CancelledError:
            self._abandon(run, kill=True)
            raise
        finally:
            self._runs.discard(run)

    def _abandon(self, run: Run, *, kill: bool) -> None:
        run.is_cancelled = True
        for worker in list(self._workers):
            if kill and worker.in_flight.has_any_of(run):
                worker.kill()
            else:
                worker.cancel(lambda job: job.run is run)
        for queue in self._queues_by_env.values():
            queue.fail(CANCELLED, lambda job: job.run is run)
        self._pump()

    async def _reap(self, workers: Sequence[Worker]) -> None:
        for start in list(self._starts):
            with contextlib.suppress(asyncio.CancelledError):
                await start
        for worker in workers:
            await worker.wait()

    def _drain_outdated(self) -> None:
        for worker in list(self._workers):
            if not worker.is_draining and (worker.has_failed_load or worker.files.are_outdated()):
                worker.drain()

    def _pump(self) -> None:
        """
        Send waiting jobs to the workers that have room, and start workers for the rest.
        """
        for key, queue in list(self._queues_by_env.items()):
            workers = [
                worker for worker, of in self._workers.items() if of is queue and not worker.is_draining
            ]
            for worker in workers:
                self._fill(worker, queue, len(workers))
            waiting = queue.waiting()
            starting = sum(not worker.is_ready for worker in workers)
            while waiting > starting * self._concurrency and not self._is_closed and self._make_room(queue):
                self._start_worker(queue)
                starting += 1
            if queue.is_empty and queue not in self._workers.values():
                del self._queues_by_env[key]
        if self._limiters:
            self._await_turn()
        self._keep_ticking()

    def _await_turn(self) -> None:
        """
        Schedule the next look at the queues for when a job that waits for its rate may be asked.
        """
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        pauses = [pause for queue in self._queues_by_env.values() if (pause := queue.pause_s()) is not None]
        if pauses and min(pauses) > 0 and not self._is_closed:
            # Where the turn has come already, a worker needs room first, and getting room pumps again.
            self._turn = asyncio.get_running_loop().call_later(min(pauses), self._pump)

    def _fill(self, worker: Worker, queue: JobQueue, sharers: int) -> None:
        room = min(worker.room(), max(self._concurrency, queue.waiting() // sharers))
        if queue.is_budgeted:
            room = min(room, self._concurrency - len(worker.in_flight))
        jobs: list[Job] = []
        while len(jobs) < room and (job := queue.next_job()) is not None:
            jobs.append(job)
        if jobs:
            worker.send(jobs)
        elif room > 0 and not worker.in_flight and (suspect := queue.next_quarantined()) is not None:
            worker.send([suspect], is_quarantined=True)

    def _make_room(self, queue: JobQueue) -> bool:
        """
        Return whether one more worker may be started; an idle one of another environment is ended for it.
        """
        active = [worker for worker in self._workers if not worker.is_draining]
        if len(active) < self._limit:
            return True
        for worker in active:
            if self._workers[worker] is not queue and worker.is_ready and not worker.in_flight:
                worker.drain()
                return True
        return False

    def _start_worker(self, queue: JobQueue) -> None:
        worker = Worker(self, self._concurrency, self._load_timeout_s, self._on_output, self._on_debug)
        self._workers[worker] = queue
        environ = worker_environ(self._environ, queue.env)
        start = asyncio.get_running_loop().create_task(worker.start(self._interpreter, self._root, environ))
        self._starts.add(start)
        start.add_done_callback(self._starts.discard)

    def requeue(self, worker: Worker, job: Job) -> None:
        """
        Ask again a job that its worker returned.
        """
        job.reset()
        if job.run.is_cancelled:
            job.finish(CANCELLED)
        else:
            self._queue_of(worker).add_first(job)

    def quarantine(self, worker: Worker, jobs: list[Job]) -> None:
        """
        Ask these again, each alone: one of them crashed the worker.
        """
        queue = self._queue_of(worker)
        for job in jobs:
            job.reset()
            if job.run.is_cancelled:
                job.finish(CANCELLED)
            else:
                queue.quarantined.append(job)

    def fail_target(self, worker: Worker, target: str, failure: Failure) -> None:
        """
        Fail all asks of a callable that cannot be imported in this worker's environment.
        """
        self._queue_of(worker).fail(failure, lambda job: job.ask.target == target)

    def fail_start(self, worker: Worker, failure: Failure) -> None:
        """
        Fail all that waits for this worker's interpreter, unless other workers of its kind run.
        """
        queue = self._queue_of(worker)
        if not any(
            other.is_ready and not other.is_draining for other, of in self._workers.items() if of is queue
        ):
            queue.fail(failure, lambda job: True)
        self.changed(worker)

    def changed(self, worker: Worker) -> None:
        """
        Check whether there is something to send or to start.
        """
        if worker.is_draining and worker.has_ended and not worker.in_flight:
            self._workers.pop(worker, None)
        self._pump()

    def _queue_of(self, worker: Worker) -> JobQueue:
        return self._workers[worker]

    def _keep_ticking(self) -> None:
        if self._ticker is None and any(worker.needs_ticks for worker in self._workers):
            self._ticker = asyncio.get_running_loop().call_later(_TICK_S, self._tick)

    def _tick(self) -> None:
        self._ticker = None
        now = time.monotonic()
        for worker in list(self._workers):
            worker.tick(now)
        self._keep_ticking()
