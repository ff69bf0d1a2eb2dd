"""
Ask on an existing Dask cluster; judging stays here. The only module that knows `distributed`.

Which machine asks what is decided here and not by Dask's scheduler: Dask would store a task's result, copy it
and possibly spill it to disk, and answers must not be stored.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from llmentary_regression._version import __version__
from llmentary_regression.core.errors import ProjectError
from llmentary_regression.core.model import Failure, FailureKind, JsonValue
from llmentary_regression.execution.requests import Ask, Asked, Budget

from ._address import ClusterAddress
from ._node import Session, ask_batch, call_one, close_session, open_session
from ._run import MAX_LOSSES, ClusterRun

_CONNECT_S = 10.0
_CLOSE_S = 10.0


class DaskPool:
    """
    The workers of a Dask cluster, for one project.

    Args:
        address: the cluster.
        root: the project's folder here.
        workers: how many processes ask beside each Dask worker.
        concurrency: how many questions each of them has in flight at once.
        http_variables: which variables of its own environment a machine may put into headers of `http:`
            targets, as in `LLMENTARY_HTTP_ENV`. No value of one is sent.
    """

    def __init__(
        self,
        address: ClusterAddress,
        root: Path,
        *,
        workers: int = 1,
        concurrency: int = 4,
        http_variables: str = "",
    ) -> None:
        self._address = address
        self._root = address.root or str(root.absolute())
        self._workers = max(1, workers)
        self._concurrency = max(1, concurrency)
        self._http_variables = http_variables
        self._session = self._new_session()
        self._previous: list[Session] = []
        self._client: Any = None
        self._opened: set[tuple[str, str]] = set()
        self._connecting = asyncio.Lock()
        self._runs: set[ClusterRun] = set()

    async def ask(
        self, asks: Iterable[Ask], *, budget: Budget | None = None
    ) -> AsyncGenerator[list[Asked], None]:
        """
        Ask, and yield the outcomes in batches as they come, in any order.

        Closing the iterator, or cancelling the task that reads it, stops the work.

        Raises:
            ProjectError: the cluster cannot be used; nothing was asked.
        """
        await self._connect()
        run = ClusterRun(self, asks, budget, self._concurrency * self._workers)
        self._runs.add(run)
        try:
            async for batch in run.outcomes():
                yield batch
        finally:
            self._runs.discard(run)
            if await run.stop():
                # What was in flight still is, on the machines: end the processes there.
                self.mark_outdated()
                await self._close_previous()

    async def call(self, target: str, args: Sequence[JsonValue], *, timeout_s: float) -> JsonValue | Failure:
        """
        Call a judge or embed callable on one of the cluster's workers.

        Raises:
            ProjectError: the cluster cannot be used.
        """
        await self._connect()
        for worker in (await self.workers())[:MAX_LOSSES]:
            with contextlib.suppress(OSError):
                said: JsonValue | Failure = await self._run(
                    call_one, self._session, target, list(args), timeout_s, worker=worker
                )
                return said
        return Failure(FailureKind.JUDGE, f"`{target}` was not called: the cluster lost its workers")

    def mark_outdated(self) -> None:
        """
        Use fresh processes for what is asked from now on.
        """
        self._previous.append(self._session)
        self._session = self._new_session()

    def loaded_files(self) -> frozenset[Path]:
        """
        Return nothing: the loaded files are on other machines.
        """
        return frozenset()

    def import_name_fault(self) -> str | None:
        """
        Return nothing: the Pythons of the cluster are not looked at. What fails for it says so itself.
        """
        return None

    async def close(self) -> None:
        """
        Cancel what is in flight, end our processes on the cluster, and disconnect.
        """
        for run in list(self._runs):
            await run.stop()
        if self._client is None:
            return
        self.mark_outdated()
        await self._close_previous()
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
            if version != __version__:
                obstacle = f"has llmentary {version}, and here is {__version__}; install the same"
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
                    "`--executor dask://...` needs the package distributed; install `llmentary-regression[dask]`"
                ) from None
            # It logs each lost worker with a traceback; what that means for a case is in its verdict.
            logging.getLogger("distributed").setLevel(logging.CRITICAL)
            where = self._address.scheduler
            _check_certificates(where, distributed)
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
                    "there, or correct `--executor` (dask+tls://... if it speaks TLS)"
                ) from exc
            self._client = client
            if not await self.workers():
                raise ProjectError(f"the Dask cluster at {where} has no workers; start `dask worker {where}`")

    async def _run(self, function: Callable[..., Any], *arguments: Any, worker: str) -> Any:
        """
        Run one of our functions inside a Dask worker.

        Raises:
            OSError: the worker is lost.
            ProjectError: the function cannot be imported there.
        """
        try:
            replies = await self._client.run(function, *arguments, workers=[worker], on_error="return")
        except (KeyError, ValueError) as exc:  # Dask no longer knows this worker
            raise ConnectionError(str(exc)) from exc
        reply = replies.get(worker, ConnectionError("no reply"))
        if isinstance(reply, (OSError, asyncio.CancelledError)):
            raise ConnectionError(str(reply)) from reply
        if isinstance(reply, ImportError):
            raise ProjectError(
                f"the Dask worker {worker} cannot import llmentary ({reply}); install "
                f"llmentary-regression {__version__} in the cluster's environment"
            )
        if isinstance(reply, BaseException):
            raise reply
        return reply

    async def _close_previous(self) -> None:
        previous, self._previous = self._previous, []
        try:
            present = set(await asyncio.wait_for(self.workers(), _CLOSE_S))
        except (OSError, asyncio.TimeoutError):
            return  # without the scheduler no worker can be reached; idle processes end by themselves
        for session in previous:
            opened = [worker for of, worker in self._opened if of == session.id and worker in present]
            self._opened = {one for one in self._opened if one[0] != session.id}
            calls = [self._run(close_session, session.id, worker=worker) for worker in opened]
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), _CLOSE_S)

    def _new_session(self) -> Session:
        return Session(
            secrets.token_hex(8), self._root, self._workers, self._concurrency, self._http_variables
        )


def _check_certificates(where: str, distributed: Any) -> None:
    """
    Check that Dask has what a connection with TLS needs.

    Raises:
        ProjectError: it does not.
    """
    if not where.startswith("tls://"):
        return
    fix = (
        "set distributed.comm.tls.ca-file, and cert and key of distributed.comm.tls.client, in Dask's "
        "configuration"
    )
    try:
        context = distributed.Security().get_connection_args("client").get("ssl_context")
    except OSError as exc:
        raise ProjectError(
            f"the certificates for {where} cannot be read ({exc.strerror or exc}); {fix}"
        ) from exc
    if context is None:
        raise ProjectError(f"there are no certificates for {where}; {fix}")
