"""
The application as a child process, and the terminal that it shares with whoever approves.

Where there is job control, the application is a job of its own, as in a shell: while somebody is asked, it is
in the background, so that its reads from the terminal wait; otherwise it owns the terminal.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from llmentary_regression.core.errors import UsageError

ResultT = TypeVar("ResultT")
_SECONDS_TO_STOP = 1.0


def start_app(
    command: Sequence[str], environ: Mapping[str, str], on_change: Callable[[], None], *, has_terminal: bool
) -> AppProcess:
    """
    Start the application.

    Args:
        command: program and arguments.
        environ: its environment.
        on_change: called, from another thread, when it has ended or stopped.
        has_terminal: whether there is a terminal to share.

    Raises:
        UsageError: it could not be started.
    """
    kind = JobProcess if has_terminal and _is_foreground() else AppProcess
    try:
        return kind(command, environ, on_change)
    except FileNotFoundError as exc:
        raise UsageError(f"cannot start `{command[0]}` (no such command); check the name") from exc
    except OSError as exc:
        raise UsageError(f"cannot start `{command[0]}` ({exc.strerror or exc}); check the command") from exc


class AppProcess:
    """
    An application without a terminal to share, or on a system that has no job control.
    """

    can_lend_terminal = False

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], on_change: Callable[[], None]
    ) -> None:
        self.code: int | None = None
        self.was_interrupted = False
        self._on_change = on_change
        self._process = self._start(command, environ)
        # Ctrl-C reaches the application too, and the application decides whether to end.
        self._previous_handlers = {
            number: signal.signal(number, handler)
            for number, handler in self._handlers().items()
            if threading.current_thread() is threading.main_thread()
        }
        threading.Thread(target=self._wait, name="llmentary-app", daemon=True).start()

    def with_terminal(self, ask: Callable[[], ResultT]) -> ResultT | None:
        """
        Call `ask` while the terminal is ours; None where Ctrl-C cut it short.
        """
        try:
            return ask()
        except KeyboardInterrupt:
            self.was_interrupted = True
            return None

    def stop_with_app(self) -> None:
        """
        Do nothing: without job control it cannot be stopped.
        """

    def restore_terminal(self) -> None:
        """
        Undo what was done to the terminal and to signals.
        """
        for number, handler in self._previous_handlers.items():
            signal.signal(number, handler)

    def _start(self, command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=dict(environ))

    def _handlers(self) -> dict[int, Any]:
        numbers: dict[int, Any] = {signal.SIGINT: signal.SIG_IGN}
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                numbers[getattr(signal, name)] = self._forward_signal
        return numbers

    def _forward_signal(self, number: int, _frame: FrameType | None) -> None:
        with suppress(OSError):
            self._process.send_signal(number)

    def _wait(self) -> None:
        self._ended(self._process.wait())

    def _ended(self, code: int) -> None:
        self.code = 128 - code if code < 0 else code
        self._on_change()

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """
        Let Ctrl-C interrupt us while a line is read, but not while something is written.
        """
        previous = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)


if sys.platform != "win32":
    import termios

    class JobProcess(AppProcess):
        """
        An application as a job of its own in the terminal.
        """

        can_lend_terminal = True

        def _start(self, command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
            self._terminal = sys.stdin.fileno()
            self._own_group = os.getpgrp()
            self._modes = termios.tcgetattr(self._terminal)
            self._has_stopped = threading.Event()
            self._is_lent_to_us = False
            self._was_stopped_by_user = False
            if sys.version_info >= (3, 11):
                process = subprocess.Popen(command, env=dict(environ), process_group=0)
            else:
                process = subprocess.Popen(command, env=dict(environ), preexec_fn=os.setpgrp)  # noqa: PLW1509
            self._group = process.pid
            # From the background, giving the terminal away would stop this process.
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            self._give_terminal(self._group)
            self._signal(signal.SIGCONT)
            return process

        def with_terminal(self, ask: Callable[[], ResultT]) -> ResultT | None:
            if self.code is not None:
                return super().with_terminal(ask)
            # A read that is under way would go on and take our lines: once stopped and continued it starts
            # again, finds itself in the background, and waits.
            self._is_lent_to_us = True
            self._has_stopped.clear()
            self._give_terminal(self._own_group)
            self._signal(signal.SIGSTOP)
            self._has_stopped.wait(_SECONDS_TO_STOP)
            self._signal(signal.SIGCONT)
            modes = self._set_modes(self._modes)
            try:
                return super().with_terminal(ask)
            finally:
                if modes is not None:
                    self._set_modes(modes)
                self._is_lent_to_us = False
                if self.was_interrupted:
                    self._signal(signal.SIGINT)
                self._give_terminal(self._group)
                self._signal(signal.SIGCONT)

        def stop_with_app(self) -> None:
            """
            Stop with the application where the user stopped it by Ctrl-Z, and continue with it.
            """
            if not self._was_stopped_by_user or self.code is not None:
                return
            self._was_stopped_by_user = False
            self._give_terminal(self._own_group)
            os.kill(os.getpid(), signal.SIGSTOP)
            self._give_terminal(self._group)
            self._signal(signal.SIGCONT)

        def restore_terminal(self) -> None:
            self._give_terminal(self._own_group)
            self._set_modes(self._modes)
            super().restore_terminal()

        def _handlers(self) -> dict[int, Any]:
            return dict.fromkeys((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), self._forward_signal)

        def _forward_signal(self, number: int, _frame: FrameType | None) -> None:
            self._signal(number)
            if self._is_lent_to_us and number != signal.SIGINT:
                raise KeyboardInterrupt

        def _wait(self) -> None:
            while True:
                try:
                    _, status = os.waitpid(self._process.pid, os.WUNTRACED)
                except ChildProcessError:
                    self._ended(0)
                    return
                if os.WIFSTOPPED(status):
                    self._has_stopped.set()
                    if os.WSTOPSIG(status) == signal.SIGTSTP:
                        self._was_stopped_by_user = True
                        self._on_change()
                    continue
                code = os.waitstatus_to_exitcode(status)
                self._process.returncode = code
                self._has_stopped.set()
                self._ended(code)
                return

        def _signal(self, number: int) -> None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, number)

        def _give_terminal(self, group: int) -> None:
            with suppress(OSError):  # the terminal or the group is gone
                os.tcsetpgrp(self._terminal, group)

        def _set_modes(self, modes: list[Any]) -> list[Any] | None:
            """
            Set the terminal's modes, and return those before: line editors leave it in modes of their own.
            """
            try:
                previous = termios.tcgetattr(self._terminal)
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, modes)
            except termios.error:
                return None
            return previous

    def _is_foreground() -> bool:
        try:
            return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
        except OSError:
            return False

else:
    JobProcess = AppProcess

    def _is_foreground() -> bool:
        return False
