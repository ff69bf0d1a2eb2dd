"""
Baselines that no suite asks for: find them, give them to the case that asks the same, remove the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from llmentary_regression.core.baselines import Baseline, is_authentic, rebind_baseline
from llmentary_regression.core.model import Case, ProblemCode
from llmentary_regression.services.project import ParsedSuite, Project
from llmentary_regression.services.select import SuiteCase


@dataclass(frozen=True, slots=True)
class Orphan:
    """
    A baseline without a case.
    """

    suite: str
    baseline: Baseline
    adopter: SuiteCase | None
    """The one case without a baseline that asks the same question, where no other orphan has it."""

    @property
    def label(self) -> str:
        """
        Return its name, or its question's first line, with the row in brackets.
        """
        label = self.baseline.name or self.baseline.question.partition("\n")[0]
        row = self.baseline.row
        return f"{label}[{', '.join(map(str, row.values()))}]" if row else label


@dataclass(frozen=True, slots=True)
class Orphans:
    """
    What was found.
    """

    found: tuple[Orphan, ...]
    unsure: tuple[str, ...]
    """Suites with problems: which of their baselines are orphans cannot be told."""


def find_orphans(project: Project) -> Orphans:
    """
    Return the baselines of the whole project that no suite asks for.

    Those of a test file's checks are none as long as the file is there. A suite that has a problem is left
    alone: a slip in its text must not cost what was approved, nor must an editor that saved it in another
    encoding. A suite that the settings no longer list is one as long as its file is there.

    Raises:
        BaselineFileError: a baseline file is damaged.
    """
    parsed = [project.read_suite(path) for path in project.find_suites()]
    read = {suite.name: suite for suite in parsed}
    unsure: list[str] = []
    orphans: list[tuple[str, Baseline]] = []
    for name in project.store.suites():
        path = project.root / name
        if PurePath(name).suffix != ".llmtest" and path.is_file():
            continue  # a test file whose checks are asked by pytest: only a run of it tells what they ask
        if name not in read and path.is_file():
            read[name] = project.read_suite(path)
        suite = read.get(name)
        if suite is not None and _is_unsure(suite):
            unsure.append(name)
            continue
        keys = {case.key for case in suite.suite.cases} if suite is not None else set()
        orphans += [(name, one) for key, one in project.store.read(name).items() if key not in keys]
    wanting: dict[tuple[str, str], list[SuiteCase]] = defaultdict(list)
    for suite in parsed:
        known = {} if PurePath(suite.name).is_absolute() else project.store.read(suite.name)
        for case in suite.suite.cases:
            if case.key not in known:
                wanting[case.question, _row(case)].append(SuiteCase(suite, case))
    offered: dict[tuple[str, str], int] = defaultdict(int)
    for _, one in orphans:
        offered[one.question, _row(one)] += 1
    found = []
    for name, one in orphans:
        alike = (one.question, _row(one))
        is_unique = offered[alike] == 1 and len(wanting[alike]) == 1
        found.append(Orphan(name, one, wanting[alike][0] if is_unique else None))
    return Orphans(tuple(found), tuple(unsure))


def adopt_orphans(project: Project, orphans: Sequence[Orphan]) -> int:
    """
    Move the baselines that have an adopter to it, and return how many were moved.

    One that was altered, or whose key is not here, stays where it is: it would not open afterwards either.

    Raises:
        KeyringError: the key is missing or the wrong one.
        StoreError: the folder refuses; nothing was changed.
    """
    keyring = project.keyring()
    if keyring is None:
        return 0
    puts: dict[str, list[Baseline]] = defaultdict(list)
    gone: dict[str, set[str]] = defaultdict(set)
    for one in orphans:
        root = keyring.roots.get(one.baseline.root)
        if one.adopter is None or root is None or not is_authentic(one.baseline, root):
            continue
        moved = rebind_baseline(one.baseline, one.adopter.suite.name, one.adopter.case, root)
        puts[one.adopter.suite.name].append(moved)
        gone[one.suite].add(one.baseline.key)
    _change(project, puts, gone)
    return sum(map(len, puts.values()))


def remove_orphans(project: Project, orphans: Sequence[Orphan]) -> int:
    """
    Remove baselines, and return how many there were.

    Raises:
        StoreError: the folder refuses; nothing was changed.
    """
    gone: dict[str, set[str]] = defaultdict(set)
    for one in orphans:
        gone[one.suite].add(one.baseline.key)
    _change(project, {}, gone)
    return sum(map(len, gone.values()))


def _change(project: Project, puts: dict[str, list[Baseline]], gone: dict[str, set[str]]) -> None:
    def change(put: Sequence[Baseline], drop: set[str], stored: dict[str, Baseline]) -> dict[str, Baseline]:
        kept = {key: one for key, one in stored.items() if key not in drop}
        for one in put:
            kept.setdefault(one.key, one)  # approved in the meantime: that is the newer word
        return kept

    changes: dict[str, Callable[[dict[str, Baseline]], dict[str, Baseline]]] = {
        name: partial(change, puts.get(name, ()), gone.get(name, set())) for name in {*puts, *gone}
    }
    if changes:
        project.store.update(changes)


def _is_unsure(suite: ParsedSuite) -> bool:
    return suite.is_broken or any(problem.code == ProblemCode.LOST_CHARACTER for problem in suite.problems)


def _row(one: Case | Baseline) -> str:
    values = dict(one.row.values) if isinstance(one, Case) and one.row is not None else one.row
    return repr(sorted(values.items())) if isinstance(values, dict) else ""
