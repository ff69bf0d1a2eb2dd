"""
One child process that exchanges JSON lines: started, read, killed with its children, reaped.

Built on asyncio's protocol interface: no reader task, no line limit, and it works with Windows' proactor loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from llmentary_regression_worker.ending import taskkill_command
from llmentary_regression_worker.wire import Lines, encode

_LINGER_S = 0.3
"""How long after its end a process's pipes may be held open by children that escaped us."""


class Process(asyncio.SubprocessProtocol):
    """
    A child process; create it inside the event loop, then start it.

    Args:
        on_message: called with each message the process sends.
        on_output: called with each chunk of what it prints to stderr.
        on_end: called with its return code, once all its output was delivered.
    """

    def __init__(
        self,
        on_message: Callable[[dict[str, Any]], None],
        on_output: Callable[[bytes], None],
        on_end: Callable[[int], None],
    ) -> None:
        self._on_message = on_message
        self._on_output = on_output
        self._on_end = on_end
        self._lines = Lines()
        self._transport: asyncio.SubprocessTransport | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._ended = asyncio.get_running_loop().create_future()

    async def start(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        """
        Start the process; its first messages may arrive before this returns.

        Raises:
            OSError: it could not be started.
        """
        options: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: self, *command, cwd=str(cwd), env=dict(env), **options
            )
        except OSError:
            self._ended.set_result(None)
            raise

    @property
    def pid(self) -> int | None:
        """
        The process's id, while there is a process.
        """
        return None if self._transport is None or self.has_ended else self._transport.get_pid()

    @property
    def has_ended(self) -> bool:
        """
        Whether the process is gone and reaped.
        """
        return self._ended.done()

    def send(self, message: dict[str, Any]) -> None:
        """
        Send one message; if the process has ended it is lost, and `on_end` is called.
        """
        pipe = self._transport.get_pipe_transport(0) if self._transport is not None else None
        if pipe is not None and not pipe.is_closing():
            cast(asyncio.WriteTransport, pipe).write(encode(message))

    def kill(self) -> None:
        """
        End the process and its children at once.
        """
        if self._transport is None or self._transport.get_returncode() is not None:
            return
        # On POSIX the group includes the process itself. `transport.kill()` must not be used there: it polls,
        # and may so reap the process before asyncio does, which then never learns the return code.
        _kill_group(self._transport.get_pid())
        if sys.platform == "win32":
            with contextlib.suppress(ProcessLookupError):
                self._transport.kill()

    async def wait(self) -> None:
        """
        Wait until the process is gone.
        """
        await asyncio.shield(self._ended)

    # --- asyncio.SubprocessProtocol --------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """
        Keep the transport.
        """
        self._transport = cast(asyncio.SubprocessTransport, transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """
        Hand on what arrived.
        """
        if fd == 2:
            self._on_output(data)
            return
        try:
            for message in self._lines.feed(data):
                self._on_message(message)
        except ValueError:
            self.kill()  # What writes there is no longer our worker.

    def process_exited(self) -> None:
        """
        End children that outlived the process, and wait only a moment for its pipes to close.
        """
        assert self._transport is not None
        if sys.platform != "win32":
            _kill_group(self._transport.get_pid())
        self._linger = asyncio.get_running_loop().call_later(_LINGER_S, self._transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """
        Report the end: the process is reaped and its pipes are closed.
        """
        assert self._transport is not None
        if self._linger is not None:
            self._linger.cancel()
        returncode = self._transport.get_returncode()
        self._transport.close()
        if not self._ended.done():
            self._ended.set_result(None)
            self._on_end(returncode if returncode is not None else 0)


def describe_exit(returncode: int) -> str:
    """
    Return how a process ended: `exit code 3` or `signal SIGSEGV`.
    """
    if returncode < 0:
        try:
            return f"signal {signal.Signals(-returncode).name}"
        except ValueError:
            return f"signal {-returncode}"
    known = {0xC0000005: "access violation", 0xC00000FD: "stack overflow", 0xC0000409: "stack buffer overrun"}
    return known.get(returncode, f"exit code {returncode}")


def _kill_group(pid: int) -> None:
    if sys.platform == "win32":
        # Blocks for some 100 ms, which beats leaving the developer's servers running.
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(taskkill_command(pid), capture_output=True, timeout=5, check=False)
        return
    # PermissionError: what macOS says of a group that holds zombies only.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
