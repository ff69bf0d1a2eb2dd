"""
A git repository to approve, commit and merge in, whatever the user's own git is set to.
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
        Run git, which has to end with `code`, and return what it says.
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
        Commit whatever there is.
        """
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "Approve")

    def merge(self, ours: Callable[[], object], theirs: Callable[[], object], code: int = 0) -> str:
        """
        Do one thing on `main` and another on a branch, merge the branch, and return what git says.
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
