"""
A git repository to approve, commit and merge in, independent of the user's git configuration.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path


class Repository:
    """
    A repository with one empty commit on `main`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._branches = 0
        self.git("init", "-q", "-b", "main")
        self.git("commit", "-q", "--allow-empty", "-m", "Start")

    def git(self, *arguments: str, code: int = 0) -> str:
        """
        Run git, check its exit code, and return its output.
        """
        done = self.run(*arguments)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """
        Run git, however it ends.
        """
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "ada"), ("EMAIL", "ada@example.invalid"))
        }
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env={**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def commit(self) -> None:
        """
        Commit everything.
        """
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Approve")

    def merge(self, ours: Callable[[], object], theirs: Callable[[], object], code: int = 0) -> str:
        """
        Change something on `main` and something on a branch, merge the branch, and return git's output.
        """
        self._branches += 1
        branch = f"branch-{self._branches}"
        self.git("checkout", "-q", "-b", branch)
        theirs()
        self.commit()
        self.git("checkout", "-q", "main")
        ours()
        self.commit()
        return self.git("merge", "-q", "--no-edit", branch, code=code)
