"""
Merge baseline files as a git merge driver, and tell git to call it.

Nearly all is decided without the project key. Only pins that both sides gave one and the same answer lie
sealed together with what is kept of it, so to join them takes the key.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary.core.baseline import Baseline, Variant
from llmentary.core.errors import LlmentaryError, UsageError
from llmentary.storage.documents import DamagedError
from llmentary.storage.files import prepare_folder, replace_file
from llmentary.storage.merging import Merged, merge_files

if TYPE_CHECKING:
    from llmentary.core.body import PinSet
    from llmentary.storage.keyring import Keyring

DRIVER = "llmentary"
ATTRIBUTE = f"**/.llmentary/baselines/**/*.json merge={DRIVER}"
_PATIENCE_S = 60.0


def merge_versions(
    base: Path,
    ours: Path,
    theirs: Path,
    path: str,
    *,
    environ: Mapping[str, str],
    random: Callable[[int], bytes] = os.urandom,
) -> Merged:
    """
    Merge two versions of a baseline file; nothing is written.

    Args:
        base: the common ancestor's version; an empty file where there is none.
        ours: our version.
        theirs: their version.
        path: where the merged file belongs, which tells the project and so the key.
        environ: the environment variables; `LLMENTARY_KEY` may be one of them.
        random: returns that many random bytes.

    Raises:
        UsageError: a file cannot be read.
        DamagedError: a version is no baseline file that llmentary wrote.
    """
    data = []
    for version in (base, ours, theirs):
        try:
            data.append(version.read_bytes())
        except OSError as exc:
            raise UsageError(f"cannot read `{version}`: {exc.strerror or exc}") from exc
    pins = _PinMerge(Path(path), environ, random)
    return merge_files(data[0], data[1], data[2], pins.join)


def leave_conflict(base: Path, ours: Path, theirs: Path) -> None:
    """
    Write our file with git's own conflict markers, so that nobody takes one side for the merged whole.
    """
    labels = ["-L", "ours", "-L", "base", "-L", "theirs"]
    _git(["merge-file", *labels, str(ours), str(base), str(theirs)], Path.cwd())


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
    found = _git(["rev-parse", "--git-path", "info/attributes"], root)
    if found.returncode != 0:
        raise UsageError(
            f"`--git`: `{root}` is in no git repository; run `git init` there first, or leave out `--git`"
        )
    attributes = Path(root, os.fsdecode(found.stdout).rstrip("\r\n"))
    prepare_folder(root)
    settings = (
        (f"merge.{DRIVER}.name", "llmentary baselines"),
        (f"merge.{DRIVER}.driver", _driver_command()),
    )
    changed = False
    for name, value in settings:
        known = _git(["config", "--local", "--get", name], root)
        if known.returncode == 0 and os.fsdecode(known.stdout).rstrip("\r\n") == value:
            continue
        done = _git(["config", "--local", name, value], root)
        if done.returncode != 0:
            raise UsageError(f"`--git`: git refuses to set `{name}`: {os.fsdecode(done.stderr).strip()}")
        changed = True
    return InstalledDriver(settings, attributes, _add_attribute(attributes) or changed)


def _add_attribute(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        text = ""
    except OSError as exc:
        raise UsageError(f"`--git`: cannot read `{path}`: {exc.strerror or exc}") from exc
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
    program = f"{shlex.quote(Path(sys.executable).as_posix())} -I -m llmentary"
    return (
        f"if {program} --version >/dev/null 2>&1; then {program} merge -- %O %A %B %P; "
        "else git merge-file --union %A %O %B; fi"
    )


def _git(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except FileNotFoundError as exc:
        raise UsageError("git is not on the PATH; install it, or leave out what needs it") from exc
    except subprocess.TimeoutExpired as exc:
        raise UsageError(f"`git {arguments[0]}` took longer than {_PATIENCE_S:g} s") from exc


class _PinMerge:
    """
    Joins the pins that both sides gave one answer; a class because the key is looked for only then, and once.
    """

    def __init__(self, path: Path, environ: Mapping[str, str], random: Callable[[int], bytes]) -> None:
        self._path = path
        self._environ = environ
        self._random = random

    def join(
        self, baseline: Baseline, base: Variant | None, ours: Variant, theirs: Variant
    ) -> Variant | None:
        """
        Return our variant with the pins of both; None without the key, or where more than pins differs.
        """
        root = None if self._keyring is None else self._keyring.roots.get(baseline.root)
        if root is None or replace(ours, body=None) != replace(theirs, body=None):
            return None
        from llmentary.core.fingerprint import open_body, seal_body
        from llmentary.core.seal import NONCE_SIZE, SealError

        try:
            old, mine, other = (
                None if one is None else open_body(one, root=root, baseline_id=baseline.id)
                for one in (base, ours, theirs)
            )
        except SealError:
            return None
        if mine is None or other is None or replace(mine, pins=other.pins) != other:
            return None
        pins = _merge_pins(None if old is None else old.pins, mine.pins, other.pins)
        if pins is None:
            return None
        body = replace(mine, pins=pins)
        nonce = self._random(NONCE_SIZE)
        return replace(ours, body=seal_body(body, root=root, baseline_id=baseline.id, nonce=nonce))

    @cached_property
    def _keyring(self) -> Keyring | None:
        from llmentary.storage.keyring import load_keyring

        folder = next((one for one in self._path.parents if one.name == ".llmentary"), None)
        try:
            return None if folder is None else load_keyring(folder.parent, self._environ)
        except LlmentaryError:
            return None


def _merge_pins(base: PinSet | None, ours: PinSet, theirs: PinSet) -> PinSet | None:
    if len(ours) and len(theirs) and ours.key != theirs.key:
        return None
    before = () if base is None else base.pins
    from llmentary.core.pins import join_pins

    kept = [pin for pin in ours.pins if pin in theirs.pins or pin not in before]
    added = [pin for pin in theirs.pins if pin not in ours.pins and pin not in before]
    return replace(ours if len(ours) else theirs, pins=join_pins(kept, added))


__all__ = ["DamagedError", "InstalledDriver", "Merged", "install_driver", "leave_conflict", "merge_versions"]
