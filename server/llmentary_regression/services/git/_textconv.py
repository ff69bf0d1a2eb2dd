"""
Have `git diff` show baselines as text, in one clone.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.storage.files import prepare_folder
from llmentary_regression.storage.git import run_git

DRIVER = "llmentary"
"""The name that `.llmentary/.gitattributes` gives to the driver."""
_OPTION = "--git"


@dataclass(frozen=True, slots=True)
class InstalledDriver:
    """
    What git's configuration of this clone holds now.
    """

    settings: tuple[tuple[str, str], ...]
    """Names and values."""
    changed: bool
    """Whether anything was not so before."""


def install_textconv(root: Path) -> InstalledDriver:
    """
    Have git show the baselines of the repository around `root` as text; it changes this clone alone.

    The converter needs no key and runs no code of the project. What it prints is not cached: git would keep
    it in the repository.

    Raises:
        UsageError: git is missing, or this is no repository.
        StoreError: the folder `.llmentary` cannot be written.
    """
    found = run_git(["rev-parse", "--git-dir"], root, _OPTION)
    if found.returncode != 0:
        raise UsageError(
            f"`{_OPTION}`: `{root}` is in no git repository; run `git init` there first, or leave it out"
        )
    prepare_folder(root)
    # Isolated: git runs it at the top of the work tree, whose modules are not to be imported.
    program = f"{shlex.quote(Path(sys.executable).as_posix())} -I -m llmentary_regression show"
    settings = ((f"diff.{DRIVER}.textconv", program), (f"diff.{DRIVER}.cachetextconv", "false"))
    changed = False
    for name, value in settings:
        known = run_git(["config", "--local", "--get", name], root, _OPTION)
        if known.returncode == 0 and os.fsdecode(known.stdout).rstrip("\r\n") == value:
            continue
        done = run_git(["config", "--local", name, value], root, _OPTION)
        if done.returncode != 0:
            raise UsageError(f"`{_OPTION}`: git refuses to set `{name}`: {os.fsdecode(done.stderr).strip()}")
        changed = True
    return InstalledDriver(settings, changed)
