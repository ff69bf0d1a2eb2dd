"""
Whether git leaves a key file out of the repository.
"""

from __future__ import annotations

import os
from pathlib import Path

from llmentary_regression.core.errors import KeyExposedError, UsageError
from llmentary_regression.storage.git import run_git

_ANY_OWNER = ("-c", "safe.directory=*")
"""Nothing of the repository's configuration runs here, so its owner does not matter."""


def check_ignored(path: Path) -> None:
    """
    Check that git neither tracks the key file at `path` nor would with the next `git add`.

    Without a repository, or without git, there is nothing to check; `llmentary key check` says the latter.

    Raises:
        KeyExposedError: it does or would, or does not answer; with the fix.
    """
    folder = path.parent
    if not is_in_repository(folder):
        return
    try:
        # It says yes for a file that is ignored and not tracked: the usual case costs one process.
        ignored = run_git((*_ANY_OWNER, "check-ignore", "--quiet", "--", path.name), folder, "llmentary key")
        if ignored.returncode == 0:
            return
        tracked = run_git((*_ANY_OWNER, "ls-files", "-z", "--", path.name), folder, "llmentary key")
    except UsageError:
        return
    if ignored.returncode != 1 or tracked.returncode != 0:
        said = os.fsdecode(ignored.stderr or tracked.stderr).strip()
        raise KeyExposedError(
            f"git does not say whether it ignores the project key `{path}` ({said}); "
            "fix what it names, or set LLMENTARY_KEY instead of the file"
        )
    if tracked.stdout:
        raise KeyExposedError(
            f"git tracks the project key `{path}`, so whoever reads the repository can test guesses at "
            f"approved answers; run `git rm --cached {path.name}` in `{folder}` and commit that; then "
            "run `llmentary key rotate`, unless nobody else has the repository yet"
        )
    raise KeyExposedError(
        f"git does not ignore the project key `{path}`, so the next `git add` could publish it; "
        f"run `llmentary init`, which writes the lines for it into `{folder / '.gitignore'}`"
    )


def is_in_repository(folder: Path) -> bool:
    """
    Return whether `folder` lies in a git repository.
    """
    place = folder.resolve()
    return any((one / ".git").exists() for one in (place, *place.parents))


def has_git(folder: Path) -> bool:
    """
    Return whether git can be run.
    """
    try:
        return run_git(("--version",), folder, "llmentary key").returncode == 0
    except UsageError:
        return False
