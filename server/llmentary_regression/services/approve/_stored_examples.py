"""
Look at what is approved for a case: list or drop its examples and their pins, or add aliases. Asks nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline, Example, PinSet, is_authentic
from llmentary_regression.core.crypto import Root, SealError
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.fingerprint import Fingerprint, open_examples, seal_examples
from llmentary_regression.core.pins import NamedPin, WantedPin, add_pins, drop_pins, phrases_of
from llmentary_regression.core.text.languages import Lexicon, read_lexicon
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.keys import Keyring

from ._pin_choices import check_name

Random = Callable[[int], bytes]


def pin_names_of(project: Project, suite_case: SuiteCase) -> list[list[str]]:
    """
    Return by approved example the names of its pins, in order; a pin without a name has an empty one.

    Raises:
        KeyringError: the key is missing, unreadable or the wrong one.
        BaselineFileError: the baseline file is damaged.
    """
    if PurePath(suite_case.suite.name).is_absolute():
        return []
    baseline = project.store.read(suite_case.suite.name).get(suite_case.case.key)
    if baseline is None:
        return []
    keyring = project.keyring()
    return [
        [] if one.body is None else [pin.name for pin in one.body.pins.pins]
        for one in _opened(baseline, keyring)[0]
    ]


def drop_stored_pins(
    project: Project, suite_case: SuiteCase, meant: Sequence[str], random: Random = os.urandom
) -> int:
    """
    Remove pins from all examples of a case, and return how many examples changed.

    Args:
        meant: names of pins, or phrases as they were typed.

    Raises:
        UsageError: no example has such a pin; nothing was changed.
        KeyringError: the key is missing, unreadable or the wrong one.
        StoreError: the baseline file is damaged, or the folder refuses the write.
    """
    lexicon = _lexicon_of(project, suite_case)
    unknown = list(meant)

    def change(pinned: PinSet) -> PinSet:
        left, missing = drop_pins(pinned, meant, lexicon)
        unknown[:] = [text for text in unknown if text in missing]
        return left

    return _change_pins(project, suite_case, change, unknown, random)


def add_aliases(
    project: Project, suite_case: SuiteCase, pins: Sequence[WantedPin], random: Random = os.urandom
) -> int:
    """
    Give pins that are there more aliases, or a name, and return how many examples changed.

    Args:
        pins: each known by its name or its first phrase; what else they say is added.

    Raises:
        UsageError: no example has such a pin; nothing was changed.
        KeyringError: the key is missing, unreadable or the wrong one.
        StoreError: the baseline file is damaged, or the folder refuses the write.
    """
    lexicon = _lexicon_of(project, suite_case)
    for pin in pins:
        check_name(pin, lexicon.lang)
    unknown = [_pointer(pin) for pin in pins]

    def change(pinned: PinSet) -> PinSet:
        for pin in pins:
            joined = add_pins(pinned, [pin], lexicon)
            if len(joined) == len(pinned):  # else it is not an alias but a pin of its own
                pinned = joined
                unknown[:] = [text for text in unknown if text != _pointer(pin)]
        return pinned

    return _change_pins(project, suite_case, change, unknown, random)


def _pointer(pin: WantedPin) -> str:
    return pin.name if isinstance(pin, NamedPin) else phrases_of(pin)[0]


def _change_pins(
    project: Project,
    suite_case: SuiteCase,
    change: Callable[[PinSet], PinSet],
    unknown: Sequence[str],
    random: Random,
) -> int:
    """
    Change the pins of each example under the store's lock; `unknown` must be empty afterwards.
    """
    keyring = project.keyring()
    changed = 0

    def change_baselines(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        nonlocal changed
        baseline = baselines.get(suite_case.case.key)
        fingerprints, root = ([], None) if baseline is None else _opened(baseline, keyring)
        for index, one in enumerate(fingerprints):
            if one.body is None or not len(one.body.pins):
                continue
            after = change(one.body.pins)
            if after != one.body.pins:
                fingerprints[index] = replace(one, body=replace(one.body, pins=after))
                changed += 1
        if unknown:
            raise UsageError(
                f"`{suite_case.case.label}` has no pin `{unknown[0]}`; `llmentary pins` lists the names"
            )
        if baseline is not None and root is not None and changed:
            baselines[suite_case.case.key] = seal_examples(
                _uncounted(baseline), fingerprints, root=root, random=random
            )
        return baselines

    project.store.update({suite_case.suite.name: change_baselines})
    return changed


def _opened(baseline: Baseline, keyring: Keyring | None) -> tuple[list[Fingerprint], Root | None]:
    """
    Return the examples of a baseline with their bodies, and the root; nothing where it does not open.
    """
    root = keyring.roots.get(baseline.root) if keyring is not None else None
    if root is None or not is_authentic(baseline, root):
        return [], None
    try:
        return list(open_examples(baseline, root=root)), root
    except SealError:
        return [], None


def _lexicon_of(project: Project, suite_case: SuiteCase) -> Lexicon:
    return read_lexicon(project.settings_of(suite_case.case).lang)


def examples_of(project: Project, suite_case: SuiteCase) -> list[Example]:
    """
    Return what is approved for a case, in the order in which examples are numbered from 1.

    Raises:
        BaselineFileError: the baseline file is damaged.
    """
    if PurePath(suite_case.suite.name).is_absolute():
        return []
    baseline = project.store.read(suite_case.suite.name).get(suite_case.case.key)
    return [] if baseline is None else list(baseline.examples)


def drop_examples(
    project: Project,
    suite_case: SuiteCase,
    numbers: Collection[int],
    random: Callable[[int], bytes] = os.urandom,
) -> int:
    """
    Remove examples, numbered from 1, from a case's baseline, and return how many are left.

    A case without any is new again.

    Raises:
        UsageError: there is no example of such a number; nothing was changed.
        StoreError: the baseline file is damaged, or the folder refuses the write.
    """
    left = 0
    keyring = project.keyring()

    def change(baselines: dict[str, Baseline]) -> dict[str, Baseline]:
        # Under the store's lock: the numbers refer to what is stored now.
        nonlocal left
        baseline = baselines.get(suite_case.case.key)
        total = 0 if baseline is None else len(baseline.examples)
        wrong = next((number for number in numbers if not 1 <= number <= total), None)
        if baseline is None or wrong is not None:
            label = suite_case.case.label
            if not total:
                raise UsageError(f"`{label}` has no approved example to drop")
            raise UsageError(f"`{label}` has no example {wrong}; its examples are numbered 1 to {total}")
        kept = _without(baseline, numbers, keyring, random)
        left = total - len(set(numbers))
        if kept is None:
            del baselines[suite_case.case.key]
        else:
            baselines[suite_case.case.key] = kept
        return baselines

    project.store.update({suite_case.suite.name: change})
    return left


def _without(
    baseline: Baseline, numbers: Collection[int], keyring: Keyring | None, random: Callable[[int], bytes]
) -> Baseline | None:
    """
    Return the baseline without these examples; None if none is left.

    Raises:
        UsageError: it cannot be sealed again, because its key is missing or it was altered.
    """
    kept = [number for number in range(1, len(baseline.examples) + 1) if number not in numbers]
    if not kept:
        return None
    root = keyring.roots.get(baseline.root) if keyring is not None else None
    if root is None or not is_authentic(baseline, root):
        raise UsageError(
            "the other examples cannot be kept: the baseline was altered, or made with a key that is not here; "
            "drop all of them, or restore the file from version control"
        )
    try:
        fingerprints = open_examples(baseline, root=root)
    except SealError as exc:
        raise UsageError(f"the other examples cannot be kept: {exc}") from exc
    return seal_examples(
        _uncounted(baseline), [fingerprints[number - 1] for number in kept], root=root, random=random
    )


def _uncounted(baseline: Baseline) -> Baseline:
    """
    Return the baseline without the counts of samples: they were made against other examples or pins.
    """
    return replace(baseline, asked=None, agreed=None)
