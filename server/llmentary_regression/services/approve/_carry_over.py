"""
Keep an approval for a case whose name, question or parameters were edited: its baseline is bound to it.

The developer decides that the approved answers still hold; what is approved stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmentary_regression.core.baselines import is_authentic, rebind_baseline, with_mac
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.judging import closest_question
from llmentary_regression.services.project import Project

if TYPE_CHECKING:
    from llmentary_regression.core.baselines import Baseline
    from llmentary_regression.core.model import Case, JsonValue

_MAX_ORPHANS = 2_000
"""More baselines without a case come of no edit."""


def find_previous(baselines: Mapping[str, Baseline], present: Mapping[str, Case], case: Case) -> str | None:
    """
    Return the key of the baseline that an edited case most likely had before the edit.

    A case that was renamed has the same question; an unnamed case whose question was edited has one that
    reads alike; a named case whose question was edited still has its key.

    Args:
        baselines: of the suite, by case key.
        present: the suite's cases, by key.

    Raises:
        BaselineFileError: a baseline is damaged.
    """
    own = baselines.get(case.key)
    if own is not None:
        return case.key if own.question != case.question else None
    row = _row_of(case)
    orphans = [key for key in baselines if key not in present][:_MAX_ORPHANS]
    alike = [(key, baselines[key]) for key in orphans if baselines[key].row == row]
    same = [key for key, one in alike if one.question == case.question]
    if same:
        return same[0] if len(same) == 1 else None
    if case.name is not None:
        return None
    unnamed = [(key, one.question) for key, one in alike if one.name is None]
    place = closest_question(case.question, [question for _, question in unnamed])
    return None if place is None else unnamed[place][0]


def carry_over_approvals(project: Project, suite: str, moves: Sequence[tuple[str, Case]]) -> int:
    """
    Bind baselines of a suite to other cases, and return how many.

    Args:
        moves: the key of a baseline, and the case that it will belong to. What has no baseline, or would
            take another's place, is passed over.

    Raises:
        UsageError: a baseline cannot be carried over, because its key is missing or it was altered.
        KeyringError: the key is missing, unreadable or the wrong one.
        StoreError: a baseline file is damaged, or the folder refuses the write.
    """
    keyring = project.keyring()
    count = 0

    def move(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        nonlocal count
        formers = {key: baselines[key] for key, _ in moves if key in baselines}
        bound: dict[str, Baseline] = {}
        for key, case in moves:
            previous = formers.get(key)
            if previous is None or (case.key in baselines and case.key not in formers):
                continue
            root = keyring.roots.get(previous.root) if keyring is not None else None
            if keyring is None or root is None or not is_authentic(previous, root):
                raise UsageError(
                    f"the approval of `{case.label}` cannot be kept: its baseline was altered, or made with "
                    "a key that is not here; approve the answer again"
                )
            bound[case.key] = rebind_baseline(previous, suite, case, root)
            del formers[key]
            baselines.pop(key, None)
        count = len(bound)
        return {**baselines, **bound}

    if any(True for _ in moves):
        project.store.update({suite: move})
    return count


def move_suite(project: Project, old: str, new: str) -> int:
    """
    Bind all baselines of suite `old` to suite `new`, and return how many there were.

    Raises:
        UsageError: a baseline was altered, or its key is not here; nothing was changed.
        KeyringError: the key is missing, unreadable or the wrong one.
        StoreError: a file is damaged, `new` has baselines already, or the folder refuses the write.
    """
    keyring = project.keyring()

    def rebind(baseline: Baseline) -> Baseline:
        root = keyring.roots.get(baseline.root) if keyring is not None else None
        if root is None or not is_authentic(baseline, root):
            label = baseline.name or baseline.question.partition("\n")[0]
            raise UsageError(
                f"the approval of `{label}` cannot be moved: its baseline was altered, or made with a key that "
                "is not here; approve the answer again"
            )
        return with_mac(replace(baseline, suite=new), root)

    return project.store.rename(old, new, rebind)


def find_moved_suite(project: Project, suite: str, present: Collection[str]) -> str | None:
    """
    Return the one suite that is gone and whose baselines all belong to cases of this one.

    Args:
        suite: a suite without baselines of its own.
        present: the keys of its cases.

    Raises:
        BaselineFileError: a baseline file is damaged.
    """
    kept = project.store.suites()
    if suite in kept or not present:
        return None
    keys = set(present)
    found = [
        name
        for name in kept
        if not (project.root / name).exists() and keys.issuperset(project.store.read(name))
    ]
    return found[0] if len(found) == 1 else None


def _row_of(case: Case) -> dict[str, JsonValue] | None:
    return None if case.row is None else dict(case.row.values)
