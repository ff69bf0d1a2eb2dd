"""
The environment of a worker: what the developer's code is to see of ours, and what it is not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_HIDDEN_FROM_WORKERS = frozenset({"LLMENTARY_KEY"})
_NOT_FROM_SUITES = frozenset({"LLMENTARY_HTTP_ENV"})
"""What the user alone may set, and no `@env`."""
_OUR_PACKAGES = str(Path(__file__).resolve().parents[3])


def worker_environ(environ: Mapping[str, str], of_suite: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Return an environment without what is not the developer's code's business: the key, and our own packages.

    Args:
        environ: the user's environment.
        of_suite: what `@env` adds to it.
    """
    added = {name: value for name, value in (of_suite or {}).items() if name.upper() not in _NOT_FROM_SUITES}
    kept = {
        name: value
        for name, value in {**environ, **added}.items()
        if name.upper() not in _HIDDEN_FROM_WORKERS
    }
    paths = [path for path in kept.get("PYTHONPATH", "").split(os.pathsep) if path]
    # Not resolve(): it would follow links that `sys.path` shows.
    others = [path for path in paths if os.path.abspath(path) != _OUR_PACKAGES]  # noqa: PTH100
    if len(others) < len(paths):
        kept["PYTHONPATH"] = os.pathsep.join(others)
    return kept
