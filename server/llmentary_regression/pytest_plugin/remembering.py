"""
The session's results for the projects' history: one run a project, however many workers of xdist asked.

A worker hands what it has to the controller, as the plain values that the history keeps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from llmentary_regression.core.model import CaseResult
from llmentary_regression.services.history import (
    from_document,
    is_remembering,
    join_parts,
    keep_run,
    run_record_of,
    to_document,
)
from llmentary_regression.services.project import Project

Parts = list[tuple[str, dict[str, Any]]]
"""Projects' folders, each with a run as it is kept."""


class Remembering:
    """
    Collects results. A class because a session's results come one by one and are kept at once.
    """

    def __init__(self) -> None:
        self._began = datetime.now(timezone.utc)
        self._results: dict[tuple[str, str, str], tuple[Project, CaseResult]] = {}

    def note(self, project: Project, result: CaseResult) -> None:
        """
        Take a case's result; of a case that is run again the last one counts.
        """
        self._results[str(project.root), result.suite, result.case.key] = (project, result)

    def parts(self) -> Parts:
        """
        Return what is to be kept; called before the projects are closed, which know what was loaded.
        """
        of_projects: defaultdict[Project, list[CaseResult]] = defaultdict(list)
        for project, result in self._results.values():
            of_projects[project].append(result)
        found: Parts = []
        for project, results in of_projects.items():
            if is_remembering(project.root):
                sources = project.loaded_files()
                run = run_record_of(project, results, began=self._began, is_whole=False, sources=sources)
                found.append((str(project.root), to_document(run)))
        return found


def keep_parts(parts: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """
    Write one run for each project.
    """
    of_roots: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for root, document in parts:
        of_roots[root].append(document)
    for root, documents in of_roots.items():
        read = [run for document in documents if (run := from_document(document)) is not None]
        if read:
            keep_run(Path(root), join_parts(read))
