"""
Open the project that a command acts on, with the settings that its options decide.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.cli.locations import setting_problem_line
from llmentary_regression.core.errors import ProjectError, UsageError
from llmentary_regression.core.model import Severity
from llmentary_regression.services.project import PROFILE_VARIABLE, Project, open_project
from llmentary_regression.storage.files import VCS_MARKERS, find_root

_PROJECT_MARKS = ("llmentary.toml", ".llmentary", "pyproject.toml", *VCS_MARKERS)


def open_chosen_project(arguments: argparse.Namespace, cwd: Path) -> Project:
    """
    Return the project that the command acts on.

    Raises:
        ProjectError: a setting has a value that cannot be used.
        UsageError: options contradict each other.
    """
    if getattr(arguments, "executor", None) and arguments.interpreter:
        raise UsageError(
            "`--interpreter` is for asking on this machine; with `--executor` the cluster's own Python asks"
        )
    overrides: dict[str, object] = {}
    for name in ("strict", "interpreter"):
        value = getattr(arguments, name, None)
        if value is not None:
            overrides[name] = value
    environ = dict(os.environ)
    if getattr(arguments, "profile", None):
        environ[PROFILE_VARIABLE] = arguments.profile
    project = open_project(
        _start(arguments.targets, cwd),
        environ=environ,
        overrides=overrides,
        workers=getattr(arguments, "workers", 1),
        executor=getattr(arguments, "executor", None),
    )
    wrong = [problem for problem in project.problems if problem.severity is Severity.ERROR]
    if wrong:
        raise ProjectError("\n".join(setting_problem_line(problem, cwd) for problem in wrong))
    return project


def _start(targets: Sequence[str], cwd: Path) -> Path:
    """
    Return where to look for the project: at the first target if that lies in one, else the current folder.
    """
    if targets:
        text = targets[0].partition("::")[0]
        for name in (text, text.rpartition(":")[0]):
            path = cwd / Path(name).expanduser()
            if name and path.exists():
                root = find_root(path)
                return path if any((root / mark).exists() for mark in _PROJECT_MARKS) else cwd
    return cwd
