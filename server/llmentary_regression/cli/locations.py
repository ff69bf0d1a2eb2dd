"""
Locations as they are shown to the user: paths from the current folder, problems with their files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from llmentary_regression.core.model import Problem
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.finished_run import LocatedProblem
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import Selected, SuiteCase


def located_problems(project: Project, selected: Selected, cwd: Path) -> Iterator[LocatedProblem]:
    """
    Yield the problems of settings and suites with their files.
    """
    for problem in project.problems:
        yield LocatedProblem(_origin(problem, cwd), problem)
    seen: set[Problem] = set()
    for suite in selected.suites:
        for problem in suite.problems:
            if problem.origin:  # of the folder's settings, which all suites in it share
                if problem in seen:
                    continue
                seen.add(problem)
            yield LocatedProblem(problem.origin or suite.name, problem)


def setting_problem_line(problem: Problem, cwd: Path) -> str:
    """
    Return a problem of the settings in one line.
    """
    return f"{_origin(problem, cwd)}: {problem.message} ({problem.code})"


def path_shower(root: Path, cwd: Path) -> Callable[[str], str]:
    """
    Return how paths are shown: relative to the current folder, so that terminals can open them.
    """

    def show(path: str) -> str:
        absolute = root / path
        # Outside the project, an absolute path says more than `../../..`.
        if absolute.is_relative_to(cwd) or (cwd.is_relative_to(root) and absolute.is_relative_to(root)):
            return os.path.relpath(absolute, cwd)
        return str(absolute)

    return show


def location_of(one: SuiteCase, show_path: Callable[[str], str]) -> str:
    """
    Return `PATH:LINE` of a case, by which terminals open it and commands select it.
    """
    return f"{show_path(one.suite.name)}:{one.case.span.start.line + 1}"


def case_line(one: SuiteCase, show_path: Callable[[str], str], most: int = 100) -> str:
    """
    Return place and label of a case on one line, the label cut at `most` characters.
    """
    return f"{location_of(one, show_path)}  {one_line(one.case.label, most)}"


def _origin(problem: Problem, cwd: Path) -> str:
    path = Path(problem.origin)
    return os.path.relpath(path, cwd) if path.is_absolute() and path.is_relative_to(cwd) else problem.origin
