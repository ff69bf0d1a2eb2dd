"""
Ask on an existing Dask cluster; the judging stays here. The only module that knows `distributed`.

Which machine asks what is decided here and not by Dask's scheduler: a task's result would be kept by Dask,
copied and possibly spilled to disk, and answers must not be.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import llmentary
from llmentary.core.errors import ProjectError, UsageError
from llmentary.core.model import Failure, FailureKind, JsonValue
from llmentary.execution.asks import Ask, Asked
from llmentary.execution.dask_node import Session, ask_batch, call_one, close_session, open_session
from llmentary.execution.jobs import Gate
from llmentary.execution.pacing import Pace, Rate

_SCHEME = "dask"
_PORT = 8786
_CONNECT_S = 10.0
_LOOK_AGAIN_S = 0.5
"""How often the cluster is asked for workers that came or went."""
_NO_WORKERS_S = 30.0
"""So long a run waits for a worker, once it has lost all of them."""
_CLOSE_S = 10.0
_MOST_LOSSES = 3
"""A case that was with so many lost workers is not asked again: it may be why they were lost."""
_BATCHES_AT_ONCE = 2
"""For each worker: the next questions are there before the last answer of those before has come."""
_LARGEST_BATCH = 256
_QUICK_S = 0.1


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """
    Where a cluster's scheduler is, and where the project lies on its machines.
    """

    scheduler: str
    """As Dask writes it: `tcp://host:8786`."""
    root: str | None = None
    """None: in the same folder as here."""


def read_address(text: str) -> ClusterAddress:
    """
    Read `dask://host:port`, `dask+tls://host:port`, with `?root=/folder/on/the/machines` behind it.

    Raises:
        UsageError: it is nothing of the kind.
    """
    hint = "write dask://HOST:8786, the address of a running Dask scheduler"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise UsageError(f"`--executor {text}`: {exc}; {hint}") from None
    options = parse_qs(parts.query)
    if parts.scheme not in (_SCHEME, f"{_SCHEME}+tls") or not host or parts.path.strip("/"):
        raise UsageError(f"`--executor {text}` is no address of a cluster; {hint}")
    if set(options) - {"root"} or parts.username is not None:
        raise UsageError(f"`--executor {text}`: only `?root=/FOLDER` may stand behind the address; {hint}")
    root = options.get("root", [None])[-1]
    if root is not None and not PurePosixPath(root).is_absolute():
        raise UsageError(
            f"`--executor {text}`: `root` has to be an absolute folder of the cluster's machines"
        )
    protocol = "tls" if parts.scheme.endswith("+tls") else "tcp"
    shown = f"[{host}]" if ":" in host else host
    return ClusterAddress(f"{protocol}://{shown}:{port or _PORT}", root)


class DaskPool:
    """
    The workers of a Dask cluster, for one project.

    Args:
        address: the cluster.
        root: the project's folder here.
        concurrency: how many questions one Dask worker has in flight at once.
    """

    def __init__(self, address: ClusterAddress, root: Path, *, concurrency: int = 4) -> None:
        self._address = address
        self._root = address.root or str(root.absolute())
        self._concurrency = max(1, concurrency)
        self._session = self._new_session()
        self._former: list[Session] = []
        self._client: Any = None
        self._opened: set[tuple[str, str]] = set()
        self._connecting = asyncio.Lock()
        self._runs: set[_ClusterRun] = set()

    async def ask(
        self, asks: Iterable[Ask], *, gate: Gate | None = None
    ) -> AsyncGenerator[list[Asked], None]:
        """
        Ask, and yield the outcomes in batches as they come, in any order.

        Closing the iterator, or cancelling the task that reads it, stops the work.

        Raises:
            ProjectError: the cluster cannot be used; nothing was asked.
        """
        await self._connect()
        run = _ClusterRun(self, asks, gate, self._concurrency)
        self._runs.add(run)
        try:
            async for batch in run.outcomes():
                yield batch
        finally:
            self._runs.discard(run)
            if await run.stop():
                # What was under way is under way still, on the machines: end the processes that do it.
                self.mark_stale()
                await self._close_former()

    async def call(self, target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue | Failure:
        """
        Call a judge or embed callable on one of the cluster's workers.

        Raises:
            ProjectError: the cluster cannot be used.
        """
        await self._connect()
        for worker in (await self.workers())[:_MOST_LOSSES]:
            with contextlib.suppress(OSError):
                said: JsonValue | Failure = await self._run(
                    call_one, self._session, target, list(args), timeout_s, worker=worker
                )
                return said
        return Failure(FailureKind.JUDGE, f"`{target}` was not called: the cluster lost its workers")

    def mark_stale(self) -> None:
        """
        Use fresh processes from now on.
        """
        self._former.append(self._session)
        self._session = self._new_session()

    def loaded_files(self) -> frozenset[Path]:
        """
        Return nothing: what was loaded lies on other machines.
        """
        return frozenset()

    async def close(self) -> None:
        """
        Cancel what is under way, end our processes on the cluster, and leave it.
        """
        for run in list(self._runs):
            await run.stop()
        if self._client is None:
            return
        self.mark_stale()
        await self._close_former()
        client, self._client = self._client, None
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(client.close(), _CLOSE_S)

    # --- for the runs ----------------------------------------------------------------------------

    async def workers(self) -> list[str]:
        """
        Return the addresses of the workers that the cluster has now.
        """
        return list(await self._client.scheduler.ncores(workers=None))

    async def send(self, worker: str, asks: Sequence[Ask]) -> list[Asked]:
        """
        Have one worker ask, and return all outcomes.

        Raises:
            OSError: the worker is lost.
            ProjectError: llmentary or the project is not there.
        """
        session = self._session
        if (session.id, worker) not in self._opened:
            version, obstacle = await self._run(open_session, session, worker=worker)
            if version != llmentary.__version__:
                obstacle = f"has llmentary {version}, and here is {llmentary.__version__}; install the same"
            elif obstacle is not None:
                obstacle += "; put the project there, or name its folder: dask://HOST:PORT?root=/FOLDER"
            if obstacle is not None:
                raise ProjectError(f"the Dask worker {worker} {obstacle}")
            self._opened.add((session.id, worker))
        outcomes: list[Asked] = await self._run(ask_batch, session, list(asks), worker=worker)
        return outcomes

    # --- the cluster -----------------------------------------------------------------------------

    async def _connect(self) -> None:
        async with self._connecting:
            if self._client is not None:
                return
            try:
                import distributed
            except ImportError:
                raise ProjectError(
                    "`--executor dask://...` needs the package distributed; pip install 'llmentary[dask]'"
                ) from None
            # It logs each lost worker with a traceback; what that means for a case is said in its verdict.
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
            where = self._address.scheduler
            client: Any = distributed.Client(  # type: ignore[no-untyped-call]
                where, asynchronous=True, timeout=_CONNECT_S, set_as_default=False
            )
            try:
                await client
            except (OSError, ValueError) as exc:
                with contextlib.suppress(OSError, asyncio.TimeoutError):
                    await asyncio.wait_for(client.close(), _CLOSE_S)
                raise ProjectError(
                    f"no Dask scheduler answers at {where} ({type(exc).__name__}); start `dask scheduler` "
                    "there, or mend `--executor`"
                ) from exc
            self._client = client
            if not await self.workers():
                raise ProjectError(f"the Dask cluster at {where} has no workers; start `dask worker {where}`")

    async def _run(self, function: Callable[..., Any], *arguments: Any, worker: str) -> Any:
        """
        Run one of our functions inside a Dask worker.

        Raises:
            OSError: the worker is lost.
            ProjectError: the function is not to be had there.
        """
        try:
            replies = await self._client.run(function, *arguments, workers=[worker], on_error="return")
        except (KeyError, ValueError) as exc:  # Dask knows no such worker any more
            raise ConnectionError(str(exc)) from exc
        reply = replies.get(worker, ConnectionError("no reply"))
        if isinstance(reply, (OSError, asyncio.CancelledError)):
            raise ConnectionError(str(reply)) from reply
        if isinstance(reply, ImportError):
            raise ProjectError(
                f"the Dask worker {worker} cannot import llmentary ({reply}); install llmentary "
                f"{llmentary.__version__} in the cluster's environment"
            )
        if isinstance(reply, BaseException):
            raise reply
        return reply

    async def _close_former(self) -> None:
        former, self._former = self._former, []
        try:
            present = set(await asyncio.wait_for(self.workers(), _CLOSE_S))
        except (OSError, asyncio.TimeoutError):
            return  # without its scheduler nobody can be reached; what idles there ends by itself
        for session in former:
            opened = [worker for of, worker in self._opened if of == session.id and worker in present]
            self._opened = {one for one in self._opened if one[0] != session.id}
            calls = [self._run(close_session, session.id, worker=worker) for worker in opened]
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), _CLOSE_S)

    def _new_session(self) -> Session:
        return Session(secrets.token_hex(8), self._root, self._concurrency)


class _ClusterRun:
    """
    The asks that one caller waits for, spread over the cluster's workers.
    """

    def __init__(self, pool: DaskPool, asks: Iterable[Ask], gate: Gate | None, concurrency: int) -> None:
        self._pool = pool
        self._gate = gate
        self._concurrency = concurrency
        self._queue = deque(asks)
        self._outstanding = len(self._queue)
        self._losses: dict[int, int] = {}
        self._paces: dict[Rate, Pace] = {}
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
                alone_since = None if await self._staff() else alone_since or now
                if alone_since is not None and now - alone_since > _NO_WORKERS_S:
                    self._give_up()
                    continue
            self._changed.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN_S)

    async def stop(self) -> bool:
        """
        Stop feeding; return whether anything was under way.
        """
        tasks = [task for feeders in self._feeders.values() for task in feeders if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        is_cut = self._outstanding > 0
        self._queue.clear()
        return is_cut

    async def _staff(self) -> bool:
        """
        Feed workers that came; return whether there is any.
        """
        try:
            present = [one for one in await self._pool.workers() if one not in self._lost]
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
                outcomes = await self._pool.send(worker, [replace(ask, rate=None) for ask in batch])
            except OSError:
                self._lost.add(worker)
                self._ask_again(batch)
                return
            except asyncio.CancelledError:
                raise
            except Exception as exc:  # noqa: BLE001 - whatever Dask throws ends the run, not a task unseen
                self._error = exc
                self._changed.set()
                return
            self._finish(outcomes)
            is_quick = time.monotonic() - started < _QUICK_S and self._gate is None
            size = min(size * 2, _LARGEST_BATCH) if is_quick else self._concurrency

    async def _next_batch(self, size: int) -> list[Ask]:
        """
        Return the next asks that may go out, waiting for the turn of the first; none: the queue is empty.
        """
        batch: list[Ask] = []
        while self._queue and len(batch) < size:
            ask = self._queue[0]
            refusal = self._gate.refuse(ask) if self._gate is not None else None
            if refusal is not None:
                self._queue.popleft()
                self._finish([Asked(ask.number, refusal, 0.0, 0)])
                continue
            if ask.rate is not None:
                pace = self._paces.setdefault(ask.rate, Pace(ask.rate))
                if not pace.take(time.monotonic()):
                    if batch:
                        break
                    await asyncio.sleep(pace.wait_s(time.monotonic()))
                    continue
            batch.append(self._queue.popleft())
        return batch

    def _ask_again(self, asks: Sequence[Ask]) -> None:
        for ask in asks:
            losses = self._losses[ask.number] = self._losses.get(ask.number, 0) + 1
            if losses < _MOST_LOSSES:
                self._queue.appendleft(ask)
                continue
            message = f"`{ask.target}` gave no answer: {losses} workers of the cluster were lost with it"
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
            if self._gate is not None:
                self._gate.note(asked)
        self._outstanding -= len(outcomes)
        self._outcomes += outcomes
        self._changed.set()
