"""
`llmentary mv`: let what is approved follow a suite or a case that was renamed. Runs nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path, PurePath

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.core.errors import UsageError
from llmentary_regression.services.approve import carry_over_approvals, move_suite
from llmentary_regression.services.project import Project
from llmentary_regression.storage.files import suite_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="the previous name: SUITE, or SUITE::CASE")
    parser.add_argument("new", metavar="NEW", help="the name that it has now")
    parser.add_argument("--profile", metavar="NAME", help="with the settings under [profile.NAME]")


def run(arguments: argparse.Namespace) -> int:
    arguments.targets = []
    project = open_chosen_project(arguments, Path.cwd())
    (old, old_case), (new, new_case) = (_read(project, text) for text in (arguments.old, arguments.new))
    if old_case is None and new_case is None:
        count = move_suite(project, old, new)
    elif old_case is not None and new_case is not None and old == new:
        count = _move_case(project, new, old_case, new_case)
    else:
        raise UsageError(
            "`mv` takes two suites, or two cases of one suite: `mv faq.llmtest::old faq.llmtest::new`"
        )
    if not count:
        raise UsageError(f"nothing is approved as `{arguments.old}`; `llmentary list` shows what is")
    print(f"moved {count} approved {'case' if count == 1 else 'cases'}: {arguments.old} -> {arguments.new}")
    return 0


def _read(project: Project, text: str) -> tuple[str, str | None]:
    """
    Return the suite, by its path below the root, and the case that a text names.
    """
    path, _, case = text.partition("::")
    name = suite_name(project.root, Path.cwd() / path)
    if PurePath(name).is_absolute():
        raise UsageError(f"`{path}` lies outside the project `{project.root}`")
    return name, case or None


def _move_case(project: Project, suite: str, old: str, new: str) -> int:
    parsed = project.read_suite(project.root / suite)
    stored = project.store.read(suite)
    cases = [case for case in parsed.suite.cases if case.name == new]
    if not cases:
        raise UsageError(f"`{suite}` has no case `{new}`; rename it there first")
    moves = [
        (key, case)
        for key, baseline in stored.items()
        if baseline.name == old
        for case in cases
        if (None if case.row is None else dict(case.row.values)) == baseline.row
    ]
    return carry_over_approvals(project, suite, moves)
