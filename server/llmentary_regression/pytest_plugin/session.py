"""
What the suites and fixtures of one pytest session share: an event loop in a thread of its own, the opened
projects, each with its running workers, and what is approved.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from llmentary_regression.core.errors import LlmentaryError, ProjectError
from llmentary_regression.core.model import CaseResult, Severity, VerdictKind
from llmentary_regression.pytest_plugin.history import SessionHistory
from llmentary_regression.services.approve import approve_results, can_approve
from llmentary_regression.services.project import Project, open_project
from llmentary_regression.services.run import RunLimits, is_failing, run_cases
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.core_files import disable_core_dumps
from llmentary_regression.storage.files import find_root

ValueT = TypeVar("ValueT")

_NEW = frozenset({VerdictKind.NEW})
_APPROVED = {"all": _NEW | {VerdictKind.CHANGED, VerdictKind.UNSURE}, "new": _NEW}


class PluginSession:
    """
    Opens projects, asks cases and approves answers for one pytest session.

    A class because the loop, its thread and the workers start when first needed and end together.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.answers_shown: str = config.getoption("llm_answers")
        self._approves = _APPROVED.get(config.getoption("llm_approve") or "", frozenset())
        strict = config.getoption("llm_strict")
        self._overrides: dict[str, object] = {} if strict is None else {"strict": strict}
        # pytest-xdist hands out tests one by one, and after --maxfail the tests that follow never run.
        self.asks_ahead = not hasattr(config, "workerinput") and not config.getoption("maxfail")
        self._limits = _session_limits(config)
        self._project_limits: dict[Path, RunLimits] = {}
        self.history = SessionHistory()
        self._projects: dict[Path, Project] = {}
        self._deferred: dict[Path, tuple[Project, list[CaseResult]]] = {}
        """Results whose answers are approved after their suite's last case, with one write for each suite."""
        self._suites: dict[Path, frozenset[Path]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # --- projects ---

    def project_of(self, path: Path) -> Project:
        """
        Return the project that a file belongs to.

        Raises:
            ProjectError: a setting has a value that cannot be used.
        """
        root = find_root(path)
        project = self._projects.get(root)
        if project is None:
            disable_core_dumps()  # from now on this process may hold answers and the key
            project = open_project(
                path,
                environ=os.environ,
                # The weakest layer: pytest usually runs in the environment that the callable needs.
                editor={"interpreter": sys.executable},
                overrides=self._overrides,
            )
            self._projects[root] = project
        errors = [problem for problem in project.problems if problem.severity is Severity.ERROR]
        if errors:
            lines = [f"{problem.origin}: {problem.message} ({problem.code})" for problem in errors]
            raise ProjectError("\n".join(lines))
        return project

    def is_project_suite(self, path: Path) -> bool:
        """
        Return whether the settings `suites` and `exclude` make a file one of its project's suites.
        """
        try:
            project = self.project_of(path)
        except ProjectError:
            return True  # collecting it reports what is wrong
        suites = self._suites.get(project.root)
        if suites is None:
            suites = frozenset(suite.resolve() for suite in project.find_suites())
            self._suites[project.root] = suites
        return path.resolve() in suites

    # --- asking ---

    def submit(self, project: Project, suite_case: SuiteCase) -> Future[CaseResult]:
        """
        Start asking a case.
        """
        limits = self._project_limits.get(project.root)
        if limits is None:
            # Shared by all cases of a project, which are asked one by one: their costs add up.
            limits = replace(self._limits, spent=defaultdict(float))
            self._project_limits[project.root] = limits
        return asyncio.run_coroutine_threadsafe(_ask(project, suite_case, limits), self._running_loop())

    def wait_for(self, work: Coroutine[Any, Any, ValueT]) -> ValueT:
        """
        Run a coroutine on the session's loop and return its result.
        """
        return asyncio.run_coroutine_threadsafe(work, self._running_loop()).result()

    # --- deciding ---

    def approves(self, result: CaseResult) -> bool:
        """
        Return whether this session approves the answer.
        """
        return result.verdict.kind in self._approves and can_approve(result)

    def fails(self, project: Project, result: CaseResult) -> bool:
        """
        Return whether the result makes its test fail.
        """
        return is_failing(result, strict=project.is_strict)

    def approve(self, project: Project, results: Sequence[CaseResult]) -> None:
        """
        Approve answers, with one write for each suite.

        Raises:
            LlmentaryError: nothing was written.
        """
        approve_results(project, results, via="pytest")

    def defer_approval(self, path: Path, project: Project, result: CaseResult) -> None:
        """
        Have an answer approved once the suite's last case has run.
        """
        self._deferred.setdefault(path, (project, []))[1].append(result)

    def approve_deferred(self, suite: pytest.File) -> None:
        """
        Approve what was deferred for a suite; where that is refused, its last case gets an error.
        """
        project, results = self._deferred.pop(suite.path, (None, []))
        if project is None:
            return
        try:
            self.approve(project, results)
        except LlmentaryError as exc:
            shown = os.path.relpath(suite.path, suite.config.invocation_params.dir)
            pytest.fail(f"nothing of `{shown}` was approved: {exc}", pytrace=False)

    def close(self) -> None:
        """
        Stop the workers and the loop.
        """
        loop, self._loop = self._loop, None
        if loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        if self._thread is not None:
            self._thread.join()
        loop.close()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for project in self._projects.values():
            await project.close()
        await asyncio.get_running_loop().shutdown_asyncgens()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="llmentary", daemon=True)
            self._thread.start()
        return self._loop


def _session_limits(config: pytest.Config) -> RunLimits:
    """
    Return the session's limits; a worker of pytest-xdist gets an equal part of the cost, since workers share nothing.
    """
    parts = int(getattr(config, "workerinput", {}).get("workercount", 1))
    return RunLimits(max_cost=config.getoption("llm_max_cost"), parts=parts)


async def _ask(project: Project, suite_case: SuiteCase, limits: RunLimits) -> CaseResult:
    async with aclosing(run_cases(project, [suite_case], limits)) as batches:
        async for batch in batches:
            for result in batch:
                return result
    raise AssertionError("a case was asked but has no result")
