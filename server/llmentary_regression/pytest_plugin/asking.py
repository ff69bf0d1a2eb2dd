"""
Who asks in a pytest session: one event loop beside the tests, one pool of workers a project, kept warm.
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

from llmentary_regression.core.errors import ProjectError
from llmentary_regression.core.model import CaseResult, Severity, VerdictKind
from llmentary_regression.pytest_plugin.remembering import Remembering
from llmentary_regression.services.approve import approve_results, can_approve
from llmentary_regression.services.project import Project, open_project
from llmentary_regression.services.run import RunLimits, is_failing, run_cases
from llmentary_regression.services.select import SuiteCase
from llmentary_regression.storage.files import find_root

ValueT = TypeVar("ValueT")

_NEW = frozenset({VerdictKind.NEW})
_APPROVED = {"all": _NEW | {VerdictKind.CHANGED, VerdictKind.REWORDED}, "new": _NEW}


class Asking:
    """
    Opens projects and asks for the tests of one session.

    A class because loop, thread and workers start late and end once.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.answers_shown: str = config.getoption("llm_answers")
        self._approves = _APPROVED.get(config.getoption("llm_approve") or "", frozenset())
        strict = config.getoption("llm_strict")
        self._overrides: dict[str, object] = {} if strict is None else {"strict": strict}
        # A worker of xdist is told test by test what to ask; with --maxfail what comes next may never run.
        self.looks_ahead = not hasattr(config, "workerinput") and not config.getoption("maxfail")
        self._limits = _session_limits(config)
        self._project_limits: dict[Path, RunLimits] = {}
        self.remembering = Remembering()
        self._projects: dict[Path, Project] = {}
        self._wanted: dict[Path, frozenset[Path]] = {}
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
            project = open_project(
                path,
                environ=os.environ,
                # The weakest layer: who runs pytest mostly runs it in the environment of the callable.
                editor={"interpreter": sys.executable},
                overrides=self._overrides,
            )
            self._projects[root] = project
        wrong = [one for one in project.problems if one.severity is Severity.ERROR]
        if wrong:
            raise ProjectError("\n".join(f"{one.origin}: {one.message} ({one.code})" for one in wrong))
        return project

    def is_wanted(self, path: Path) -> bool:
        """
        Tell whether a suite is one of its project's, as `suites` and `exclude` say.
        """
        try:
            project = self.project_of(path)
        except ProjectError:
            return True  # collecting it says what is wrong
        found = self._wanted.get(project.root)
        if found is None:
            found = self._wanted[project.root] = frozenset(one.resolve() for one in project.find_suites())
        return path.resolve() in found

    # --- asking ---

    def submit(self, project: Project, one: SuiteCase) -> Future[CaseResult]:
        """
        Begin to ask a case.
        """
        limits = self._project_limits.get(project.root)
        if limits is None:
            # One purse a project: its cases are asked one by one, and their limits are the session's.
            limits = replace(self._limits, spent=defaultdict(float))
            self._project_limits[project.root] = limits
        return asyncio.run_coroutine_threadsafe(_ask(project, one, limits), self._running_loop())

    def wait_for(self, work: Coroutine[Any, Any, ValueT]) -> ValueT:
        """
        Run a coroutine beside the tests and return what it gives.
        """
        return asyncio.run_coroutine_threadsafe(work, self._running_loop()).result()

    # --- deciding ---

    def approves(self, result: CaseResult) -> bool:
        """
        Tell whether this session approves the answer.
        """
        return result.verdict.kind in self._approves and can_approve(result)

    def fails(self, project: Project, result: CaseResult) -> bool:
        """
        Tell whether the result fails its test.
        """
        return is_failing(result, strict=project.is_strict)

    def approve(self, project: Project, results: Sequence[CaseResult]) -> None:
        """
        Write what this session approved, with one write a suite.
        """
        approve_results(project, results)

    def close(self) -> None:
        """
        End the workers and the loop.
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
    Return what the session may take: of a worker of xdist an equal part, since workers do not meet.
    """
    parts = int(getattr(config, "workerinput", {}).get("workercount", 1))
    return RunLimits(max_cost=config.getoption("llm_max_cost"), parts=parts)


async def _ask(project: Project, one: SuiteCase, limits: RunLimits) -> CaseResult:
    async with aclosing(run_cases(project, [one], limits)) as batches:
        async for batch in batches:
            for result in batch:
                return result
    raise AssertionError("a case was asked and gave no result")
