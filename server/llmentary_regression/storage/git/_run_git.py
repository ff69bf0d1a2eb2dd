"""
Run git on the repository around a folder.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.programs import find_program, without_key

_PATIENCE_S = 60.0
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""The configuration of a repository names programs; none of them runs for us."""
_SET_BY_HOOKS = frozenset({"GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"})


def run_git(arguments: Sequence[str], folder: Path, wanted_for: str) -> subprocess.CompletedProcess[bytes]:
    """
    Return what git said, its exit code included.

    Args:
        arguments: behind `git`.
        folder: where it runs.
        wanted_for: the option or command that needs git, for messages.

    Raises:
        UsageError: git is missing, or takes too long.
    """
    git = find_program("git", os.environ)
    if git is None:
        raise UsageError(f"`{wanted_for}` needs git, and git is not on the PATH; install it")
    try:
        return subprocess.run(
            [str(git), *_SAFE, *arguments],
            cwd=folder,
            env=_environment(),
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise UsageError(f"`{wanted_for}`: git took longer than {_PATIENCE_S:g} s") from exc


def _environment() -> dict[str, str]:
    # A hook sets GIT_DIR, and git then takes whatever folder it runs in for the top of the work tree.
    dropped: frozenset[str] = frozenset() if "GIT_WORK_TREE" in os.environ else _SET_BY_HOOKS
    kept = {name: value for name, value in without_key(os.environ).items() if name not in dropped}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0"}
