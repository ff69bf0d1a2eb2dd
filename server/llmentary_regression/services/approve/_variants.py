"""
Look at the approved variants of a case, and drop some of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline, Variant
from llmentary_regression.core.errors import UsageError
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase


def variants_of(project: Project, suite_case: SuiteCase) -> list[Variant]:
    """
    Return what is approved for a case, in the order in which variants are numbered from 1.

    What a merge of two branches left beside a baseline counts as well.

    Raises:
        BaselineFileError: the baseline file is damaged.
    """
    if PurePath(suite_case.suite.name).is_absolute():
        return []
    baseline = project.store.read(suite_case.suite.name).get(suite_case.case.key)
    return [] if baseline is None else [variant for one in baseline.every for variant in one.variants]


def drop_variants(project: Project, suite_case: SuiteCase, numbers: Collection[int]) -> int:
    """
    Take variants, numbered from 1, out of a case's baseline, and return how many are left.

    A case without any is new again.

    Raises:
        UsageError: there is no variant of such a number; nothing was changed.
        StoreError: the baseline file is damaged, or the folder refuses the write.
    """
    left = 0

    def change(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        # Under the store's lock: the numbers are held against what is there now.
        nonlocal left
        baseline = baselines.get(suite_case.case.key)
        total = 0 if baseline is None else sum(len(one.variants) for one in baseline.every)
        wrong = next((number for number in numbers if not 1 <= number <= total), None)
        if baseline is None or wrong is not None:
            label = suite_case.case.label
            if not total:
                raise UsageError(f"`{label}` has no approved variant to drop")
            raise UsageError(f"`{label}` has no variant {wrong}; its variants are numbered 1 to {total}")
        kept = _without(baseline, numbers)
        left = total - len(set(numbers))
        if kept is None:
            del baselines[suite_case.case.key]
        else:
            baselines[suite_case.case.key] = kept
        return baselines

    project.store.update({suite_case.suite.name: change})
    return left


def _without(baseline: Baseline, numbers: Collection[int]) -> Baseline | None:
    """
    Return the baseline without these variants; None if none is left.
    """
    number = 0
    kept: list[Baseline] = []
    for one in baseline.every:
        variants = []
        for variant in one.variants:
            number += 1
            if number not in numbers:
                variants.append(variant)
        if variants:
            kept.append(replace(one, variants=tuple(variants), alternates=()))
    return replace(kept[0], alternates=tuple(kept[1:])) if kept else None
