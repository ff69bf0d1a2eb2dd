"""
Cases that two branches approved differently: name both sides, and keep one of them, or both as examples.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import Baseline, is_authentic
from llmentary_regression.core.crypto import SealError
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.fingerprint import open_examples, seal_examples
from llmentary_regression.services.git import conflicting_versions
from llmentary_regression.services.project import Project

if TYPE_CHECKING:
    from llmentary_regression.storage.baselines import Conflict
    from llmentary_regression.storage.keys import Keyring


class Side(str, Enum):
    """
    What is kept of a conflict.
    """

    OURS = "ours"
    """What the branch that was checked out holds."""
    THEIRS = "theirs"
    """What the branch that was merged in holds."""
    BOTH = "both"
    """All examples, where both branches added to one set."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class SuiteConflict:
    """
    A conflicted file, and the suite that it belongs to.
    """

    suite: str
    conflict: Conflict

    @property
    def label(self) -> str:
        """
        Return the name of its first case, or the first line of its question.
        """
        baselines = [*self.conflict.ours.values(), *self.conflict.theirs.values()]
        first = baselines[0] if baselines else None
        return "" if first is None else first.name or first.question.partition("\n")[0]


def find_conflicts(project: Project) -> list[SuiteConflict]:
    """
    Return all conflicts of a project whose two sides can be read.

    Raises:
        BaselineFileError: a folder, or one side of a conflict, cannot be read.
    """
    return [
        SuiteConflict(name, conflict)
        for name in project.store.suites()
        for conflict in project.store.conflicts(name, conflicting_versions)
    ]


def resolve_conflict(
    project: Project, found: SuiteConflict, side: Side, random: Callable[[int], bytes] = os.urandom
) -> None:
    """
    Write the chosen side in the place of a conflicted file.

    Raises:
        UsageError: both sides cannot be kept: the branches approved again, or the key is not here.
        KeyringError: the key is missing, unreadable or the wrong one.
        StoreError: the folder refuses the write.
    """
    conflict = found.conflict
    if side is Side.BOTH:
        kept = _join(conflict.ours, conflict.theirs, project.keyring(), random)
    else:
        kept = dict(conflict.ours if side is Side.OURS else conflict.theirs)
        if not conflict.is_exact:
            _check_whole(kept, project.keyring(), conflict)
    project.store.resolve(found.suite, conflict.path, kept)


def _check_whole(baselines: Mapping[str, Baseline], keyring: Keyring | None, conflict: Conflict) -> None:
    """
    See that versions that were put together from markers are whole.

    Raises:
        UsageError: one holds a line of the other version, or its key is not here to tell.
    """
    for baseline in baselines.values():
        root = keyring.roots.get(baseline.root) if keyring is not None else None
        if root is None or not is_authentic(baseline, root):
            raise UsageError(
                f"`{conflict.path}` cannot be put together from its conflict markers; take it from the commit "
                "that has it, by `git checkout COMMIT -- FILE`"
            )


def _join(
    ours: Mapping[str, Baseline],
    theirs: Mapping[str, Baseline],
    keyring: Keyring | None,
    random: Callable[[int], bytes],
) -> dict[str, Baseline]:
    joined = {**theirs, **ours}
    for key in ours.keys() & theirs.keys():
        if ours[key] != theirs[key]:
            joined[key] = _join_sets(ours[key], theirs[key], keyring, random)
    return joined


def _join_sets(
    ours: Baseline, theirs: Baseline, keyring: Keyring | None, random: Callable[[int], bytes]
) -> Baseline:
    label = ours.name or ours.question.partition("\n")[0]
    if ours.id != theirs.id or (ours.question, ours.mask) != (theirs.question, theirs.mask):
        raise UsageError(
            f"`{label}` was approved again on a branch, so its two approvals cannot be joined without their "
            "answers; keep one side, then approve the other answer again as a further example"
        )
    root = keyring.roots.get(ours.root) if keyring is not None else None
    if root is None:
        raise UsageError(f"to join the approvals of `{label}` takes the key that they were made with")
    if not (is_authentic(ours, root) and is_authentic(theirs, root)):
        raise UsageError(f"an approval of `{label}` was altered; restore it from version control")
    try:
        sides = [open_examples(baseline, root=root) for baseline in (ours, theirs)]
    except SealError as exc:
        raise UsageError(f"the approvals of `{label}` cannot be joined: {exc}") from exc
    by_digest = {fingerprint.example.exact: fingerprint for side in sides for fingerprint in side}
    in_order = sorted(by_digest.values(), key=lambda one: (one.example.approved, one.example.exact))
    # How often the program agreed was counted for each side alone.
    return seal_examples(replace(ours, asked=None, agreed=None), in_order, root=root, random=random)
