"""
A suite as it was read from its file, below the settings of its folders.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from llmentary_regression.core.model import Problem, SettingEntry, Severity, Suite
from llmentary_regression.core.suite.incremental import Reading
from llmentary_regression.storage.files import suite_name


@dataclass(frozen=True, slots=True)
class ParsedSuite:
    """
    A suite as it was read, with everything its author should fix.

    It adds to `Suite` what only services know: the file, the name in baselines, the settings of its folders.
    """

    path: Path
    name: str
    """The path below the root, with `/`; an absolute path for a suite outside."""
    suite: Suite
    problems: tuple[Problem, ...]

    @property
    def is_broken(self) -> bool:
        """
        Return whether the suite has a problem of severity error.
        """
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @classmethod
    def of_reading(cls, root: Path, path: Path, reading: Reading) -> ParsedSuite:
        """
        Return what an editor's incremental reading found, as the services know it.
        """
        return cls(path, suite_name(root, path), reading.suite, reading.problems)


def with_folder_settings(suite: Suite, entries: tuple[SettingEntry, ...]) -> Suite:
    """
    Return a suite whose cases have the settings of its folders before their own.
    """
    tags = [tag for entry in entries if entry.name == "tags" for tag in cast("tuple[str, ...]", entry.value)]
    # One tuple for all cases that share their settings: the project resolves each tuple once.
    extended: dict[int, tuple[SettingEntry, ...]] = {}
    cases = tuple(
        replace(
            case,
            overrides=extended.setdefault(id(case.overrides), (*entries, *case.overrides)),
            tags=tuple(dict.fromkeys((*tags, *case.tags))),
        )
        for case in suite.cases
    )
    return replace(suite, cases=cases)
