"""
Locks between processes: one holder at a time, a place in the queue for who waits, and a word about whom.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from llmentary_regression.core.errors import StoreWriteError

from ._opening import is_link, read_file, safe_path

_POLL_S = 0.02
_SAY_AFTER_S = 1.0
_MAX_TURNS = 10
"""Others may hold the lock in turn for so many times as long as one of them may."""
_log = logging.getLogger(__name__)


class _Native(Protocol):
    """
    What is used of a lock of filelock.
    """

    def acquire(self, *, blocking: bool) -> object: ...

    def release(self) -> None: ...


@contextmanager
def file_lock(path: Path, *, root: Path | None = None, timeout_s: float = 20.0) -> Iterator[None]:
    """
    Hold the lock file at `path`, whose folder exists, for the length of a `with` block.

    Who waits longest is next: it holds a second lock, which everybody takes first, so that a process that comes
    back at once cannot overtake it.

    Args:
        path: the lock file.
        root: the project that it belongs to, as in `read_file`.
        timeout_s: how long one and the same process may keep it; others in turn, ten times as long.

    Raises:
        StoreWriteError: another process keeps the lock, or the folder cannot hold one.
    """
    # Imported where it is needed: it costs tens of milliseconds and only writers lock.
    # Not `FileLock`, which may silently become a lock that a crash leaves behind forever.
    if sys.platform == "win32":
        from filelock import WindowsFileLock as NativeLock
    else:
        from filelock import UnixFileLock as NativeLock

    turn = NativeLock(next_file(path), fallback_to_soft=False, preserve_lock_file=True)
    lock = NativeLock(path, fallback_to_soft=False, preserve_lock_file=True)
    wait = _Wait(path, timeout_s)
    try:
        if root is not None:
            for file in (next_file(path), path):
                safe_path(file, root)
        wait.acquire(turn)
        try:
            wait.acquire(lock)
        finally:
            turn.release()
    except (OSError, NotImplementedError) as exc:
        reason = (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
        raise StoreWriteError(
            path, f"cannot be locked ({reason}); nothing was changed; make the folder writable and try again"
        ) from exc
    try:
        _note_holder(path)
        yield
    finally:
        lock.release()


class _Wait:
    """
    One wait for a lock. A class because the clock starts afresh whenever the lock changes hands.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._began = self._since = time.monotonic()
        self._holder = _read_holder(path)
        self._is_said = False

    def acquire(self, lock: _Native) -> None:
        """
        Take a lock, or raise `StoreWriteError` after too long a wait.
        """
        from filelock import Timeout

        while True:
            try:
                lock.acquire(blocking=False)
            except Timeout:
                self._look()
                time.sleep(_POLL_S)
            else:
                return

    def _look(self) -> None:
        now = time.monotonic()
        holder = _read_holder(self._path)
        if holder != self._holder:
            self._holder, self._since = holder, now
        if now - self._since > self._timeout_s:
            raise StoreWriteError(self._path, _refusal(holder, self._timeout_s))
        if now - self._began > _MAX_TURNS * self._timeout_s:
            raise StoreWriteError(self._path, _refusal("", _MAX_TURNS * self._timeout_s))
        if now - self._began > _SAY_AFTER_S and not self._is_said:
            self._is_said = True
            pid = holder.partition(" ")[0]
            _log.warning("waiting for another llmentary%s", f" (pid {pid})" if pid else "")


def next_file(path: Path) -> Path:
    """
    Return the file that who is next to take the lock at `path` holds.
    """
    return path.with_name(path.name + ".next")


def _owner_file(path: Path) -> Path:
    # Beside the lock, not in it: Windows forbids reading the locked bytes.
    return path.with_name(path.name + ".owner")


def _note_holder(path: Path) -> None:
    file = _owner_file(path)
    flags = (
        os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    with suppress(OSError):  # it is needed only for messages and for patience
        if file.exists() and is_link(file.lstat()):
            return
        descriptor = os.open(file, flags, 0o666)
        try:
            # With random digits, so that who waits sees it change hands within one process as well.
            os.write(descriptor, f"{os.getpid()} {secrets.token_hex(4)}\n".encode("ascii"))
        finally:
            os.close(descriptor)


def _read_holder(path: Path) -> str:
    """
    Return the process that noted itself last, and its digits; empty where nobody did.
    """
    try:
        noted = read_file(_owner_file(path)).decode("ascii").strip()
    except (OSError, ValueError):
        return ""
    return noted if noted.partition(" ")[0].isdigit() else ""


def _refusal(holder: str, seconds: float) -> str:
    pid = holder.partition(" ")[0]
    by = f"by process {pid}" if pid else "by other processes"
    return (
        f"is held {by} for more than {seconds:g} s, so nothing was changed; "
        "look for a running `llmentary` command or an editor's llmentary server, end it or wait, "
        "then try again"
    )
