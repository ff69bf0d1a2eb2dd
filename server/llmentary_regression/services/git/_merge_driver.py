"""
Tell git to merge baselines with llmentary, in one clone.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.storage.files import prepare_folder, replace_file

from ._git import run_git

DRIVER = "llmentary"
ATTRIBUTE = f"**/.llmentary/baselines/**/*.json merge={DRIVER}"
_OPTION = "--git"


@dataclass(frozen=True, slots=True)
class InstalledDriver:
    """
    What was told to git.
    """

    settings: tuple[tuple[str, str], ...]
    """Names and values in the repository's own configuration."""
    attributes: Path
    """The file that says which files the driver merges."""
    changed: bool
    """Whether anything was not so before."""


def install_driver(root: Path) -> InstalledDriver:
    """
    Have git merge the baselines of the repository around `root` with llmentary.

    All of it is local to this clone. The committed `.gitattributes` keeps saying `merge=union`, since git
    falls back to a plain merge, with conflicts, wherever a named driver is not configured.

    Raises:
        UsageError: git is missing, or this is no repository.
    """
    found = run_git(["rev-parse", "--git-path", "info/attributes"], root, _OPTION)
    if found.returncode != 0:
        raise UsageError(
            f"`{_OPTION}`: `{root}` is in no git repository; run `git init` there first, or leave it out"
        )
    attributes = Path(root, os.fsdecode(found.stdout).rstrip("\r\n"))
    prepare_folder(root)
    settings = (
        (f"merge.{DRIVER}.name", "llmentary baselines"),
        (f"merge.{DRIVER}.driver", _driver_command()),
    )
    changed = False
    for name, value in settings:
        known = run_git(["config", "--local", "--get", name], root, _OPTION)
        if known.returncode == 0 and os.fsdecode(known.stdout).rstrip("\r\n") == value:
            continue
        done = run_git(["config", "--local", name, value], root, _OPTION)
        if done.returncode != 0:
            raise UsageError(f"`{_OPTION}`: git refuses to set `{name}`: {os.fsdecode(done.stderr).strip()}")
        changed = True
    return InstalledDriver(settings, attributes, _add_attribute(attributes) or changed)


def _add_attribute(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        text = ""
    except OSError as exc:
        raise UsageError(f"`{_OPTION}`: cannot read `{path}`: {exc.strerror or exc}") from exc
    if ATTRIBUTE in (line.strip() for line in text.split("\n")):
        return False
    if text and not text.endswith("\n"):
        text += "\n"
    replace_file(path, f"{text}{ATTRIBUTE}\n".encode("utf-8", "surrogateescape"))
    return True


def _driver_command() -> str:
    """
    Return what git has a shell run; where llmentary has gone since, both sides' lines are kept as ever.
    """
    # Isolated: git runs it at the top of the work tree, whose modules are not to be imported.
    program = f"{shlex.quote(Path(sys.executable).as_posix())} -I -m llmentary_regression"
    return (
        f"if {program} --version >/dev/null 2>&1; then {program} merge -- %O %A %B %P; "
        "else git merge-file --union %A %O %B; fi"
    )
