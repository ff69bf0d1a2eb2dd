"""
What runs inside a Dask worker: a pool of our own, kept warm there, that asks in processes beside the worker.

Answers go back as replies to direct calls. They are never results of Dask tasks, which Dask may store, copy
to other workers and spill to disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmentary_regression._version import __version__
from llmentary_regression.core.model import Failure, JsonValue
from llmentary_regression.execution.pool import Pool
from llmentary_regression.execution.requests import Ask, Asked

_IDLE_S = 120.0
"""A pool that was idle for this long is closed: its run may have been killed."""
HTTP_VARIABLES = "LLMENTARY_HTTP_ENV"
_PLACE = "llmentary_sessions"


@dataclass(frozen=True, slots=True)
class Session:
    """
    One run of llmentary, as a Dask worker has to know it.
    """

    id: str
    root: str
    """The project's folder on the cluster's machines."""
    workers: int
    concurrency: int
    http_variables: str
    """The names that the user allows, besides those that the machine's own environment allows."""


async def open_session(session: Session, dask_worker: Any = None) -> tuple[str, str | None]:
    """
    Return llmentary's version here, and what prevents asking, if anything does.
    """
    if not os.path.isdir(session.root):  # noqa: ASYNC240, PTH112 - one look, on the machine of the worker
        return __version__, f"has no folder {session.root}"
    return __version__, None


async def ask_batch(session: Session, asks: Sequence[Ask], dask_worker: Any = None) -> list[Asked]:
    """
    Ask, and return all outcomes.
    """
    node = _node(session, dask_worker)
    with node.working():
        outcomes: list[Asked] = []
        async with contextlib.aclosing(node.pool.ask(asks)) as batches:
            async for batch in batches:
                outcomes += batch
        return outcomes


async def call_one(
    session: Session, target: str, args: Sequence[JsonValue], timeout_s: float, dask_worker: Any = None
) -> JsonValue | Failure:
    """
    Call a judge or embed callable.
    """
    node = _node(session, dask_worker)
    with node.working():
        return await node.pool.call(target, args, timeout_s=timeout_s)


async def close_session(session_id: str, dask_worker: Any = None) -> None:
    """
    Stop what a run is asking here, and end its processes.
    """
    node = _nodes(dask_worker).pop(session_id, None)
    if node is not None:
        await node.close()


class _Node:
    """
    The pool of one session in one Dask worker.
    """

    def __init__(self, session: Session) -> None:
        self.pool = Pool(
            sys.executable,
            Path(session.root),
            workers=session.workers,
            concurrency=session.concurrency,
            environ=_environ(session),
        )
        self._tasks: set[asyncio.Task[Any]] = set()
        self._idle: asyncio.TimerHandle | None = None

    @contextlib.contextmanager
    def working(self) -> Any:
        """
        Keep the pool from being closed as idle, and let `close` cancel the current task.
        """
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        if self._idle is not None:
            self._idle.cancel()
        try:
            yield
        finally:
            self._tasks.discard(task)
            if not self._tasks:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(_IDLE_S, self.pool.mark_outdated)

    async def close(self) -> None:
        """
        End the pool; whatever still waits for it is cancelled.
        """
        if self._idle is not None:
            self._idle.cancel()
        for task in list(self._tasks):
            task.cancel()
        await self.pool.close()
        if self._idle is not None:
            self._idle.cancel()


def _environ(session: Session) -> dict[str, str]:
    """
    Return the machine's environment, with the header variables that the user allows added to its own.
    """
    allowed = f"{os.environ.get(HTTP_VARIABLES, '')} {session.http_variables}".strip()
    return {**os.environ, HTTP_VARIABLES: allowed} if allowed else dict(os.environ)


def _nodes(dask_worker: Any) -> dict[str, _Node]:
    # On the worker and not in this module: several Dask workers may share one process.
    nodes: dict[str, _Node] = dask_worker.__dict__.setdefault(_PLACE, {})
    return nodes


def _node(session: Session, dask_worker: Any) -> _Node:
    nodes = _nodes(dask_worker)
    if session.id not in nodes:
        nodes[session.id] = _Node(session)
    return nodes[session.id]
