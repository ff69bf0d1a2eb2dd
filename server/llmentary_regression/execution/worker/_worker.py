"""
One worker as the pool sees it: a process that is sent jobs, read, watched, and ended.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from llmentary_regression.core.model import Failure
from llmentary_regression.execution.requests import Job, answer_of, failure_of

from . import _failures
from ._developer_code import LoadedFiles
from ._failures import Recovery, WorkerStatus, is_late, recovery_for
from ._in_flight import InFlight, Window
from ._output import Output
from ._process import Process, describe_exit

WORKER_FOLDER = Path(__file__).resolve().parents[3] / "llmentary_regression_worker"
OLDEST_PYTHON = (3, 9)
START_TIMEOUT_S = 60.0
_CANCEL_PATIENCE_S = 1.0
_STOP_PATIENCE_S = 2.0
_LAST_RESORT_S = 5.0
"""How long after the pool should have ended a frozen worker it ends by itself: the pool is gone."""


class Owner(Protocol):
    """
    What a worker needs of the pool; a Protocol so that the tests of a worker need no pool.
    """

    def requeue(self, worker: Worker, job: Job) -> None:
        """Ask again a job that its worker returned."""

    def quarantine(self, worker: Worker, jobs: list[Job]) -> None:
        """Ask these again, each alone: one of them crashed the worker."""

    def fail_target(self, worker: Worker, target: str, failure: Failure) -> None:
        """Fail all asks of a callable that cannot be imported."""

    def fail_start(self, worker: Worker, failure: Failure) -> None:
        """Fail all that waits for this worker's interpreter."""

    def changed(self, worker: Worker) -> None:
        """Check whether there is something to send or to start."""


class Worker:
    """
    One worker process, and the jobs it has in flight.

    Args:
        owner: notified of what becomes of them.
        concurrency: how many questions it has in flight at once.
        load_timeout_s: how long importing the developer's module may take.
        on_text: called with what the developer's code prints.
        on_debug: if given, the worker waits for a debugger first, and this is called with the port.
    """

    def __init__(
        self,
        owner: Owner,
        concurrency: int,
        load_timeout_s: float,
        on_text: Callable[[str], None] | None,
        on_debug: Callable[[int], None] | None = None,
    ) -> None:
        self.in_flight = InFlight()
        self.files = LoadedFiles()
        self.is_ready = False
        self.is_draining = False
        self.has_failed_load = False
        self.import_name_fault: str | None = None
        """What is wrong with `import llmentary` in the developer's Python."""
        self._owner = owner
        self._concurrency = concurrency
        self._window = Window(concurrency)
        self._load_timeout_s = load_timeout_s
        self._token = secrets.token_hex(8)
        self._output = Output(self._token, on_text)
        # Created before it starts: a quick one is ready before `start` returns, and is sent its asks then.
        self._process = Process(self._read, self._output.feed, self._end)
        self._interpreter = ""
        self._on_debug = on_debug
        self._is_debugged = False
        self._has_quarantined = False
        self._is_hung = self._was_killed = False
        self._kill_by: float | None = None
        self._loading: tuple[str, float] | None = None
        self._started = self._heard = time.monotonic()

    async def start(self, interpreter: str, root: Path, environ: Mapping[str, str]) -> None:
        """
        Start the process; `Owner.fail_start` is called if that cannot be done.
        """
        self._interpreter = interpreter
        command = [interpreter, str(WORKER_FOLDER), str(root), self._token, str(self._concurrency)]
        try:
            await self._process.start(command, cwd=root, env=environ)
        except OSError as exc:
            self.is_draining = True
            self._owner.fail_start(self, self._not_started(exc.strerror or str(exc)))
            self._owner.changed(self)
            return
        if self.is_draining:
            self._process.kill()

    @property
    def has_ended(self) -> bool:
        """
        Whether the process is gone, or could not be started.
        """
        return self._process.has_ended

    @property
    def is_being_killed(self) -> bool:
        """
        Return whether it is being ended without waiting for what it has in flight.
        """
        return self._was_killed

    @property
    def pid(self) -> int | None:
        """
        The process's id, while there is one.
        """
        return self._process.pid

    def drain(self) -> None:
        """
        Let it finish what it has begun, return the rest, and end.
        """
        self.is_draining = True
        if not self.in_flight:
            self._stop()
            return
        not_begun = self.in_flight.numbers(lambda job: job.started is None)
        if not_begun:
            self._process.send({"do": "cancel", "ids": not_begun})

    def kill(self) -> None:
        """
        End it at once.
        """
        self.is_draining = self._was_killed = True
        self._process.kill()

    async def wait(self) -> None:
        """
        Wait until the process is gone.
        """
        await self._process.wait()

    def room(self) -> int:
        """
        Return how many jobs may be sent to it now.
        """
        if not self.is_ready or self.is_draining or self._has_quarantined:
            return 0
        return self._window.room(len(self.in_flight))

    def send(self, jobs: Iterable[Job], *, is_quarantined: bool = False) -> None:
        """
        Send it jobs.
        """
        if not self.in_flight:
            self._output.clear()
            self._heard = time.monotonic()
        self._has_quarantined = is_quarantined
        messages = []
        limit_s = self._load_timeout_s
        for job in jobs:
            limit_s = max(limit_s, job.ask.timeout_s)
            messages.append(job.message(self.in_flight.add(job)))
        self._process.send({"do": "ask", "asks": messages, "limit_s": limit_s + _LAST_RESORT_S})

    def cancel(self, is_meant: Callable[[Job], bool]) -> None:
        """
        Cancel jobs that nobody waits for any longer; one that cannot be cancelled ends the worker.
        """
        meant = {number: job for number, job in self.in_flight if is_meant(job)}
        if not meant:
            return
        is_stuck = self._loading is not None or any(
            job.started is not None and not job.can_cancel for job in meant.values()
        )
        if is_stuck and len(meant) == len(self.in_flight):
            self.kill()
            return
        self._process.send({"do": "cancel", "ids": list(meant)})
        by = time.monotonic() + _CANCEL_PATIENCE_S / 4
        for job in meant.values():
            job.cancel_by = by

    def _read(self, message: dict[str, Any]) -> None:
        self._heard = time.monotonic()
        subject = message["is"]
        if subject == "results":
            self._read_results(message["results"])
        elif subject == "running":
            self._read_running(message["asks"])
        elif subject == "dropped":
            self._read_dropped(message["ids"])
        elif subject == "files":
            self.files.add(message["files"])
        elif subject == "loading":
            self._loading = (message["target"], self._heard)
        elif subject == "loaded":
            self._loading = None
            if message["failure"] is not None:
                self._read_load_failure(message["target"], message["failure"])
        elif subject == "import-name":
            self.import_name_fault = message["fault"]
        elif subject == "debug":
            self._read_debug(message["port"], message["reason"])
        elif subject == "ready":
            self._read_ready(tuple(message["python"]))
        self._settle()

    def _read_debug(self, port: int | None, reason: str) -> None:
        if port is None or self._on_debug is None:
            self.kill()
            self._owner.fail_start(self, _failures.not_debugged(reason))
            return
        # From here on somebody may stop at a breakpoint for as long as they like.
        self._is_debugged = True
        self._on_debug(port)

    def _read_ready(self, python: tuple[int, ...]) -> None:
        if python[:2] < OLDEST_PYTHON:
            version = ".".join(map(str, python))
            self.kill()
            self._owner.fail_start(
                self, self._not_started(f"it is Python {version}, and 3.9 is the oldest that works")
            )
        else:
            self.is_ready = True

    def _read_results(self, results: list[list[Any]]) -> None:
        for number, elapsed_s, attempts, answer, failure in results:
            job = self.in_flight.take(number)
            if job is None:
                continue
            if job.cancel_by is not None:
                self._drop(job)
            elif failure is None:
                job.finish(answer_of(answer, elapsed_s), elapsed_s, attempts)
            else:
                self._finish_failed(job, failure, elapsed_s, attempts)
        self._window.grow(len(results))

    def _finish_failed(self, job: Job, failure: Any, elapsed_s: float, attempts: int) -> None:
        self._output.when_marked(
            failure.get("mark", 0),
            lambda output: job.finish(failure_of(failure, output), elapsed_s, attempts),
        )

    def _read_running(self, asks: list[list[Any]]) -> None:
        for number, age_s, can_cancel in asks:
            self._window.shrink()
            job = self.in_flight.get(number)
            if job is not None and job.cancel_by is None:
                job.started = self._heard - age_s
                job.deadline = job.started + job.ask.timeout_s
                job.can_cancel = can_cancel

    def _read_dropped(self, numbers: list[int]) -> None:
        for number in numbers:
            job = self.in_flight.take(number)
            if job is not None:
                self._drop(job)

    def _drop(self, job: Job) -> None:
        if job.deadline is not None and job.cancel_by is not None and not job.run.is_cancelled:
            self._time_out(job)
        else:
            self._owner.requeue(self, job)

    def _read_load_failure(self, target: str, message: Any) -> None:
        self.has_failed_load = True
        jobs = self.in_flight.take_of(target)

        def fail(output: str) -> None:
            failure = failure_of(message, output)
            self._owner.fail_target(self, target, failure)
            for job in jobs:
                job.finish(failure)

        self._output.when_marked(message.get("mark", 0), fail)

    def tick(self, now: float) -> None:
        """
        Act on what has taken too long.
        """
        self._output.release_overdue(now)
        if self._kill_by is not None and now >= self._kill_by:
            self.kill()
        if self._is_debugged:
            self._settle()
            return
        if not self.is_ready:
            if now - self._started > START_TIMEOUT_S and not self.is_draining:
                self.kill()
                self._owner.fail_start(self, self._not_started(f"it sent nothing for {START_TIMEOUT_S:g} s"))
            return
        if self._loading is not None and now - self._loading[1] > self._load_timeout_s:
            self._give_up_loading(self._loading[0])
        status = self._status(now)
        for number, job in self.in_flight:
            if number in self.in_flight and is_late(job, status):
                self._help(number, job, recovery_for(job, self._status(now)), now)
        self._settle()

    @property
    def needs_ticks(self) -> bool:
        """
        Whether anything is under way that could take too long.
        """
        return (
            bool(
                self.in_flight
                or not self.is_ready
                or self.is_draining
                or self._loading
                or self._output.has_waiting
            )
            and not self.has_ended
        )

    def _status(self, now: float) -> WorkerStatus:
        return WorkerStatus(now, self._heard, self._loading is not None, len(self.in_flight))

    def _help(self, number: int, job: Job, recovery: Recovery, now: float) -> None:
        if recovery is Recovery.CANCEL:
            job.cancel_by = now + _CANCEL_PATIENCE_S
            self._process.send({"do": "cancel", "ids": [number]})
        elif recovery is Recovery.GIVE_UP:
            self.in_flight.take(number)
            self._is_hung = True
            if job.run.is_cancelled:
                self._drop(job)
            else:
                self._time_out(job)
            if not self.is_draining:
                self.drain()
        else:
            self.kill()

    def _time_out(self, job: Job) -> None:
        job.attempts += 1
        if job.attempts <= job.ask.retries:
            job.reset()
            self._owner.requeue(self, job)
            return
        ask = job.ask
        job.finish(_failures.answer_too_slow(ask.target, ask.timeout_s, self._output.tail()), ask.timeout_s)

    def _give_up_loading(self, target: str) -> None:
        self._loading = None
        failure = _failures.import_too_slow(target, self._load_timeout_s, self._output.tail())
        jobs = self.in_flight.take_of(target)
        self._owner.fail_target(self, target, failure)
        for job in jobs:
            job.finish(failure)
        for job in self.in_flight.take_all():
            self._owner.requeue(self, job)
        self.kill()

    def _end(self, returncode: int) -> None:
        self._output.end()
        was_ready, was_draining = self.is_ready, self.is_draining
        self.is_draining = True
        jobs = self.in_flight.take_all()
        how = describe_exit(returncode)
        if not was_ready and not was_draining:
            self._owner.fail_start(self, self._not_started(f"it ended with {how}"))
        if self._loading is not None and jobs and not self._was_killed:
            target = self._loading[0]
            failure = _failures.import_ended_process(target, how, self._output.tail())
            self._owner.fail_target(self, target, failure)
            for job in jobs:
                if job.ask.target == target:
                    job.finish(failure)
                else:
                    self._owner.requeue(self, job)
        elif len(jobs) == 1 and not self._was_killed:
            jobs[0].finish(_failures.answer_ended_process(jobs[0].ask.target, how, self._output.tail()))
        elif jobs:
            self._owner.quarantine(self, jobs)
        self._owner.changed(self)

    def _settle(self) -> None:
        """
        After each event: end if there is nothing left to do, else let the pool send more.
        """
        if not self.in_flight:
            self._has_quarantined = False
            if self.is_draining and self.is_ready:
                self._stop()
        self._owner.changed(self)

    def _stop(self) -> None:
        if self._is_hung or not self.is_ready:
            self.kill()
        elif self._kill_by is None:
            self._kill_by = time.monotonic() + _STOP_PATIENCE_S
            self._process.send({"do": "stop"})

    def _not_started(self, reason: str) -> Failure:
        return _failures.not_started(self._interpreter, reason, self._output.tail())
