"""
The developer's code in a worker: the environment it sees, and whether its source files have changed since.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from llmentary_regression.programs import without_key

_NOT_FROM_SUITES = frozenset({"LLMENTARY_HTTP_ENV"})
"""What only the user may set, and no `@env`."""
_OUR_PACKAGES = str(Path(__file__).resolve().parents[3])


def worker_environ(environ: Mapping[str, str], of_suite: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return an environment without what the developer's code must not see: the key, and our own packages.

    Args:
        environ: the user's environment.
        of_suite: what `@env` adds to it.
    """
    added = {name: value for name, value in (of_suite or {}).items() if name.upper() not in _NOT_FROM_SUITES}
    kept = without_key({**environ, **added})
    paths = [path for path in kept.get("PYTHONPATH", "").split(os.pathsep) if path]
    # Not resolve(): it would follow links that `sys.path` shows.
    others = [path for path in paths if os.path.abspath(path) != _OUR_PACKAGES]  # noqa: PTH100
    if len(others) < len(paths):
        kept["PYTHONPATH"] = os.pathsep.join(others)
    return kept


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
        Add files that were loaded, as the worker reports them: path to time in ns and size in bytes.
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
