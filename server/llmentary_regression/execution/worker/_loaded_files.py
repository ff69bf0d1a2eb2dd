"""
The developer's own source files as a worker loaded them, and whether they have changed since.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence


class LoadedFiles:
    """
    Paths with the time and size that each file had when it was loaded.
    """

    def __init__(self) -> None:
        self._stamps: dict[str, tuple[int, int]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._stamps)

    def add(self, stamps: Mapping[str, Sequence[int]]) -> None:
        """
        Take files that were loaded, as the worker tells of them: path to time in ns and size in bytes.
        """
        self._stamps.update({path: (mtime_ns, size) for path, (mtime_ns, size) in stamps.items()})

    def are_outdated(self) -> bool:
        """
        Return whether one of them was changed or removed since.
        """
        for path, (mtime_ns, size) in self._stamps.items():
            try:
                status = os.stat(path)  # noqa: PTH116 - many paths, often
            except OSError:
                return True
            if status.st_mtime_ns != mtime_ns or status.st_size != size:
                return True
        return False
