"""
Find the cases whose question, settings or callable was edited since the last run, or since a revision.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from llmentary_regression.core.model import Case, CaseId
from llmentary_regression.core.suite.parsing import parse_suite
from llmentary_regression.services.git import Revision
from llmentary_regression.services.history import History, InputReader, RunRecord, changed_sources
from llmentary_regression.services.project import ParsedSuite, Project, own_table, with_folder_settings
from llmentary_regression.storage.files import MAX_SETTINGS_BYTES, read_file

_SETTINGS_FILES = ("llmentary.toml", "pyproject.toml")


def edited_since_last_run(
    project: Project, cases: Iterable[tuple[CaseId, Case]], history: History
) -> set[CaseId]:
    """
    Return the cases that were not asked yet in their present form.
    """
    listed = list(cases)
    latest = history.latest(case_id for case_id, _ in listed)
    inputs = InputReader(project)
    code_changed: dict[int, bool] = {}
    edited = set()
    for case_id, case in listed:
        found = latest.get(case_id)
        if found is None:
            edited.add(case_id)
            continue
        run, record = found
        now = inputs.read(case)
        if (record.question, record.settings) != (now.question, now.settings) or _has_new_code(
            project, run, code_changed
        ):
            edited.add(case_id)
    return edited


def edited_since_revision(
    project: Project, suites: Sequence[ParsedSuite], revision: Revision, history: History
) -> set[CaseId]:
    """
    Return the cases that differ, or whose callable's sources differ, from a revision of git.

    The sources are those that workers loaded in recorded runs, and the callable's own file.
    """
    changed = revision.changed_files()
    every = {CaseId(suite.name, case.key) for suite in suites for case in suite.suite.cases}
    if _settings_differ(project, revision, changed):
        return every
    loaded = _sources_of_runs(history)
    if loaded & changed:
        return every
    inputs = InputReader(project)
    edited = set()
    for suite in suites:
        folders = {str(folder / "llmentary.toml") for folder in PurePosixPath(suite.name).parents}
        if folders & changed - set(_SETTINGS_FILES):
            edited |= {CaseId(suite.name, case.key) for case in suite.suite.cases}
            continue
        previous = _previous_inputs(project, suite, revision, inputs)
        for case in suite.suite.cases:
            target = project.settings_of(case).callable
            if previous.get(case.key) != inputs.read(case) or _own_files(target) & changed:
                edited.add(CaseId(suite.name, case.key))
    return edited


def _has_new_code(project: Project, run: RunRecord, known: dict[int, bool]) -> bool:
    if id(run) not in known:
        known[id(run)] = bool(changed_sources(project.root, run.sources))
    return known[id(run)]


def _sources_of_runs(history: History) -> frozenset[str]:
    """
    Return the sources of the newest run that has any; a run that asked nothing loaded nothing.
    """
    return next((frozenset(run.sources) for run in history.runs() if run.sources), frozenset())


def _own_files(target: str | None) -> frozenset[str]:
    """
    Return where the source of `module:function` may stand below the root.
    """
    module = (target or "").rpartition(":")[0]
    if module.endswith(".py"):
        return frozenset({posixpath.normpath(module)})
    path = module.replace(".", "/")
    return frozenset({f"{path}.py", f"{path}/__init__.py"})


def _previous_inputs(
    project: Project, suite: ParsedSuite, revision: Revision, inputs: InputReader
) -> Mapping[str, Any]:
    data = revision.read(suite.name)
    if data is None:
        return {}

    def read_params(name: str) -> str:
        inside = posixpath.normpath(PurePosixPath(suite.name).parent / name)
        found = revision.read(inside)
        if found is None:
            raise FileNotFoundError(inside)
        return found.decode("utf-8-sig")

    previous, _ = parse_suite(data.decode("utf-8", errors="replace"), read_params=read_params)
    entries, _ = project.folder_settings(suite.path.parent)
    if entries:
        previous = with_folder_settings(previous, entries)
    return {case.key: inputs.read(case) for case in previous.cases}


def _content(project: Project, path: Path) -> bytes:
    try:
        return read_file(path, root=project.root, limit=MAX_SETTINGS_BYTES)
    except OSError:  # gone; or not readable, which opening the project has reported
        return b""


def _settings_differ(project: Project, revision: Revision, changed: frozenset[str]) -> bool:
    for name in _SETTINGS_FILES:
        if name in changed:
            path = project.root / name
            now = _content(project, path)
            if own_table(name, now) != own_table(name, revision.read(name) or b""):
                return True
    return False
