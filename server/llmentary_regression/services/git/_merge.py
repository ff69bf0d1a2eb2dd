"""
Merge baseline files as a git merge driver does.

Nearly all is decided without the project key. Only pins that both sides gave one and the same answer lie
sealed together with what is kept of it, so to join them takes the key.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import Baseline, Variant
from llmentary_regression.core.errors import LlmentaryError, UsageError
from llmentary_regression.storage.baselines import Merged, merge_files
from llmentary_regression.storage.files import DamagedError

from ._git import run_git

if TYPE_CHECKING:
    from llmentary_regression.core.baselines import PinSet
    from llmentary_regression.storage.keys import Keyring


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
    run_git(["merge-file", *labels, str(ours), str(base), str(theirs)], Path.cwd(), "llmentary merge")


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
        from llmentary_regression.core.crypto import NONCE_SIZE, SealError
        from llmentary_regression.core.fingerprint import open_body, seal_body

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
        from llmentary_regression.storage.keys import load_keyring

        folder = next((one for one in self._path.parents if one.name == ".llmentary"), None)
        try:
            return None if folder is None else load_keyring(folder.parent, self._environ)
        except LlmentaryError:
            return None


def _merge_pins(base: PinSet | None, ours: PinSet, theirs: PinSet) -> PinSet | None:
    if len(ours) and len(theirs) and ours.key != theirs.key:
        return None
    # Imported here: hardly any merge comes to this.
    from llmentary_regression.core.pins import join_pins

    before = () if base is None else base.pins
    kept = [pin for pin in ours.pins if pin in theirs.pins or pin not in before]
    added = [pin for pin in theirs.pins if pin not in ours.pins and pin not in before]
    return replace(ours if len(ours) else theirs, pins=join_pins(kept, added))


__all__ = ["DamagedError", "Merged", "leave_conflict", "merge_versions"]
