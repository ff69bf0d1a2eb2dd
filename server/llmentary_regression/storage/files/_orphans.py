"""
Temporary files that a crash left behind.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"\.llmentary-(?:(?P<pid>\d{1,10})-)?[0-9a-f]{16}\.tmp")
_OLD_S = 3600.0
"""A write takes milliseconds; and clocks of two machines may differ by minutes."""


def temporary_beside(path: Path) -> Path:
    """
    Return a new name beside `path` that says which process uses it.
    """
    return path.parent / f".llmentary-{os.getpid()}-{secrets.token_hex(8)}.tmp"


def sweep_orphans(folder: Path) -> None:
    """
    Remove our own temporary files in and below `folder` that are old and belong to no living process.

    Hold the lock that keeps writers out. What cannot be removed stays: it is in nobody's way.
    """
    before = time.time() - _OLD_S
    for parent, _, names in os.walk(folder):
        for name in names:
            found = _NAME.fullmatch(name) if name.startswith(".llmentary-") else None
            if found is None or (found["pid"] is not None and _is_alive(int(found["pid"]))):
                continue
            path = Path(parent) / name
            with suppress(OSError):
                if path.lstat().st_mtime < before:
                    path.unlink()


def _is_alive(pid: int) -> bool:
    """
    Return whether a process of this number runs here.
    """
    if sys.platform == "win32":
        import ctypes

        # `os.kill` would end it; so it is opened, with the right to ask for its limited information alone.
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
