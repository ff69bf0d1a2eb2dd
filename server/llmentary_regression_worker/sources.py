"""
Which source files are the developer's own, and whether what was loaded is still what is on disk.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import time
from importlib.machinery import SourceFileLoader
from typing import Any

_RACY_S = 3.0


def is_own_source(path: str) -> bool:
    """
    Return whether a file is the developer's: not the standard library's, an installed package's or ours.
    """
    if not path or path.startswith("<"):
        return False
    path = os.path.normcase(os.path.abspath(path))
    if path.startswith(_FOREIGN):
        return False
    return not {"site-packages", "dist-packages"}.intersection(path.split(os.sep))


class LoadedFiles:
    """
    Finds the developer's modules that were loaded since the last call.
    """

    def __init__(self) -> None:
        self._modules = 0
        self._known: set[str] = set()

    def new(self, since: float) -> dict[str, list[int]]:
        """
        Return modification time and size of the files loaded by now that were not reported before.

        Args:
            since: wall-clock time when loading began; a file that changed after it may have been read before
                or after the change, so it is given a time that never matches.
        """
        if len(sys.modules) == self._modules:
            return {}
        self._modules = len(sys.modules)
        found = {}
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None)
            if not isinstance(path, str) or path in self._known or not is_own_source(path):
                continue
            self._known.add(path)
            try:
                status = os.stat(path)
            except OSError:
                continue
            changed_meanwhile = since < status.st_mtime <= time.time()
            found[os.path.abspath(path)] = [0 if changed_meanwhile else status.st_mtime_ns, status.st_size]
        return found


def skip_racy_bytecode() -> None:
    """
    Keep Python from caching the bytecode of a file that was edited within the last seconds.

    A cached file is matched by whole seconds and size. An edit of the same length within the same second,
    such as "30 days" to "14 days", would be missed by the next worker, and the old code asked again.
    """
    write = SourceFileLoader.set_data

    def write_unless_racy(self: SourceFileLoader, path: str, data: bytes, **options: Any) -> None:
        is_matched_by_time = data[4:8] == b"\0\0\0\0"
        if is_matched_by_time and time.time() - int.from_bytes(data[8:12], "little") < _RACY_S:
            return
        write(self, path, data, **options)

    SourceFileLoader.set_data = write_unless_racy  # type: ignore[method-assign,assignment]


def _foreign_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.add(os.path.dirname(os.path.abspath(__file__)))
    return tuple(os.path.normcase(os.path.abspath(folder)) + os.sep for folder in folders)


_FOREIGN = _foreign_folders()
