"""
Read from git which files of a project changed since a revision, and their previous text.
"""

from __future__ import annotations

import getpass
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.storage.git import run_git


def user_name(folder: Path) -> str:
    """
    Return the name that git puts into commits made in `folder`; empty where git is missing or has none.
    """
    try:
        found = run_git(["config", "--get", "user.name"], folder, "git config")
    except UsageError:
        return ""
    return found.stdout.decode("utf-8", "replace").strip() if found.returncode == 0 else ""


def acting_user(folder: Path) -> str:
    """
    Return who acts here, for the record: git's user, else the system's; empty without either.
    """
    if name := user_name(folder):
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def conflicting_versions(path: Path) -> tuple[bytes, bytes] | None:
    """
    Return a file as the checked-out branch and the merged branch have it; None where git holds no conflict of it.
    """
    versions = []
    for stage in (2, 3):
        try:
            found = run_git(["cat-file", "blob", f":{stage}:./{path.name}"], path.parent, "llmentary resolve")
        except UsageError:
            return None
        if found.returncode != 0:
            return None
        versions.append(found.stdout)
    return versions[0], versions[1]


class Revision:
    """
    A revision of the project's repository.

    Raises:
        UsageError: on creation, if git is missing, this is no repository, or there is no such revision.
    """

    def __init__(self, root: Path, name: str, option: str) -> None:
        self._root = root
        self._option = f"{option} {name}"
        if name.startswith("-") or not name.strip():
            raise UsageError(f"`{self._option}`: `{name}` is not a revision; write a branch, tag or commit")
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found is None:
            raise UsageError(
                f"`{self._option}`: git knows no revision `{name}` at `{root}`; `git fetch` it, or write "
                "another branch, tag or commit"
            )
        self._commit = found.decode().strip()

    def changed_files(self) -> frozenset[str]:
        """
        Return the files below the root that differ from the revision or are not tracked, with `/`.
        """
        changed = self._git(
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--name-only",
            "--relative",
            "-z",
            "--no-renames",
            self._commit,
        )
        untracked = self._git("ls-files", "--others", "--exclude-standard", "-z")
        names = ((changed or b"") + (untracked or b"")).split(b"\0")
        return frozenset(name.decode("utf-8", "surrogateescape") for name in names if name)

    def read(self, name: str) -> bytes | None:
        """
        Return a file's previous content; None where there was no such file.
        """
        return self._git("show", "--no-ext-diff", "--no-textconv", f"{self._commit}:./{name}")

    def _git(self, *arguments: str) -> bytes | None:
        done = run_git(arguments, self._root, self._option)
        return done.stdout if done.returncode == 0 else None
