"""
The session's results for each project's history: one run for each project, also with workers of pytest-xdist.

A worker sends its results to the controller, as the plain values that the history stores.
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
    is_recording,
    join_parts,
    run_record_of,
    save_run,
    to_document,
)
from llmentary_regression.services.project import Project

Runs = list[tuple[str, dict[str, Any]]]
"""Folders of projects, each with a run in the form that the history stores."""


class SessionHistory:
    """
    Collects results. A class because they arrive one by one and are stored together.
    """

    def __init__(self) -> None:
        self._began = datetime.now(timezone.utc)
        self._results: dict[tuple[str, str, str], tuple[Project, CaseResult]] = {}

    def add(self, project: Project, result: CaseResult) -> None:
        """
        Add a case's result; if the case runs again, the last result counts.
        """
        self._results[str(project.root), result.suite, result.case.key] = (project, result)

    def runs(self) -> Runs:
        """
        Return what the history stores; called while the projects are open, as they know which files were loaded.
        """
        by_project: defaultdict[Project, list[CaseResult]] = defaultdict(list)
        for project, result in self._results.values():
            by_project[project].append(result)
        runs: Runs = []
        for project, results in by_project.items():
            if is_recording(project.root):
                sources = project.loaded_files()
                run = run_record_of(project, results, began=self._began, is_whole=False, sources=sources)
                runs.append((str(project.root), to_document(run)))
        return runs


def save_runs(runs: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """
    Save one run for each project, joined from those of all workers.
    """
    by_root: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for root, document in runs:
        by_root[root].append(document)
    for root, documents in by_root.items():
        parts = [run for document in documents if (run := from_document(document)) is not None]
        if parts:
            save_run(Path(root), join_parts(parts))
