"""
The active runs: they are started, joined, replaced and cancelled here, and end with the server.

A case is asked by one run at a time. A second run that wants it joins the first, unless the case's text or
the user's code has changed since then: the newer run takes the case over, and the older answer is dropped.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING

from llmentary_regression.core.errors import InterpreterError, LlmentaryError
from llmentary_regression.core.model import CaseId, CaseResult, FailureKind
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.wire import describe_exception
from llmentary_regression.services.project import Project
from llmentary_regression.services.select import SuiteCase

from ._progress import Progress
from ._projects import OpenProject
from ._suites import SuiteState, Wording, wording_of

if TYPE_CHECKING:
    from llmentary_regression.lsp.server import Server

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Debug:
    """
    A request to wait for a debugger.
    """

    folder: str | None
    """The folder of a `debugpy` for an environment that has none."""


class Run:
    """
    One run of cases of one project.
    """

    def __init__(
        self, number: int, opened: OpenProject, token: str | None = None, debug: Debug | None = None
    ) -> None:
        self.number = number
        self.debug = debug
        self.token = token
        """The client's own name for it."""
        self.opened = opened
        self.generation = opened.generation
        self.waiting: dict[CaseId, tuple[SuiteState, Wording]] = {}
        """The cases that this run has not answered yet."""
        self.joined: dict[CaseId, Run] = {}
        """The cases that another run was already asking, or has taken over."""
        self.results: dict[CaseId, tuple[SuiteState, CaseResult]] = {}
        self.wanted = 0
        """How many cases it was started for."""
        self.task: asyncio.Task[None] | None = None
        self.progress: Progress | None = None
        self.was_cancelled = False
        self.error: str | None = None
        """Why the run ended early, if it did."""


class Runs:
    """
    All active runs.
    """

    def __init__(self, ls: Server) -> None:
        self._ls = ls
        self._numbers = itertools.count(1)
        self._active: dict[int, Run] = {}

    @property
    def cases_in_flight(self) -> int:
        return sum(len(run.waiting) for run in self._active.values())

    def start(
        self,
        opened: OpenProject,
        cases: Sequence[tuple[SuiteState, SuiteCase]],
        title: str,
        *,
        token: str | None = None,
        debug: Debug | None = None,
    ) -> Run:
        """
        Start asking cases, and return at once.
        """
        run = Run(next(self._numbers), opened, token, debug)
        asked: list[SuiteCase] = []
        for suite, suite_case in cases:
            case_id = suite_case.case_id
            wording = wording_of(suite_case.case)
            state = suite.state_of(suite_case.case.key)
            other = self._active.get(state.run) if state.run is not None else None
            if other is not None and case_id in other.waiting:
                is_same = other.generation == opened.generation and other.waiting[case_id][1] == wording
                if is_same and debug is None:
                    run.joined[case_id] = other
                    continue
                self._take_over(other, case_id, run)
            state.run = run.number
            run.waiting[case_id] = (suite, wording)
            asked.append(suite_case)
        run.wanted = len(cases)
        self._active[run.number] = run
        run.progress = Progress(self._ls, title, len(cases))
        run.task = self._ls.run_in_background(self._ask(run, asked))
        # Not a `finally` in the task: one that is cancelled before its first step never gets there.
        run.task.add_done_callback(lambda _: self._finish(run))
        for suite in {id(suite): suite for suite, _ in cases}.values():
            self._ls.scheduler.mark_dirty(suite)
        self._ls.notifications.run_started(run, title)
        self._ls.status.publish()
        return run

    async def wait(self, run: Run) -> list[tuple[SuiteState, CaseResult]]:
        """
        Return a run's results, including those of cases that other runs answered for it.
        """
        if run.task is not None:
            await asyncio.wait([run.task])
        results = list(run.results.values())
        for case_id, other in run.joined.items():
            answering = other
            while True:
                if answering.task is not None:
                    await asyncio.wait([answering.task])
                if case_id not in answering.joined:
                    break
                answering = answering.joined[case_id]
            if case_id in answering.results:
                results.append(answering.results[case_id])
        return results

    def cancel(self, run: Run) -> None:
        """
        Stop a run, and kill the workers that are answering it.
        """
        run.was_cancelled = True
        if run.task is not None:
            run.task.cancel()

    def cancel_token(self, token: int | str) -> None:
        """
        Stop the run whose progress has this token.
        """
        for run in list(self._active.values()):
            if run.progress is not None and run.progress.token == token:
                self.cancel(run)

    def cancel_number(self, number: int) -> None:
        """
        Stop the run of that number, if it is still active.
        """
        run = self._active.get(number)
        if run is not None:
            self.cancel(run)

    async def cancel_all(self, opened: OpenProject | None = None) -> None:
        """
        Stop every run, or those of one project, and wait until they have ended.
        """
        runs = [run for run in self._active.values() if opened is None or run.opened is opened]
        for run in runs:
            self.cancel(run)
        tasks = [run.task for run in runs if run.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=3)

    def _take_over(self, run: Run, case_id: CaseId, newer: Run) -> None:
        """
        Let a newer run answer a case; an older run that has nothing left to answer ends.
        """
        del run.waiting[case_id]
        run.joined[case_id] = newer
        if not run.waiting and run.task is not None:
            run.task.cancel()

    async def _ask(self, run: Run, cases: Sequence[SuiteCase]) -> None:
        # Imported here, as other services below, since the judge would delay the start of the server.
        from llmentary_regression.services.run import run_cases

        began = datetime.now(timezone.utc)
        try:
            if cases:
                await run.opened.look_for_interpreter()
                async with self._project_of(run) as project, aclosing(run_cases(project, cases)) as batches:
                    async for batch in batches:
                        if run.debug is not None:
                            _check_debugger(batch)
                        self._record_results(run, batch)
                        await asyncio.sleep(0)
                    self._note_import_name(run.opened, project)
            self._record_in_history(run, began)
            run.opened.shown_messages.clear()
        except LlmentaryError as exc:
            run.error = str(exc)
            self._ls.show_message_once(run.opened, run.error)
        except Exception as exc:  # noqa: BLE001 - whatever a run raises ends that run, never the server
            _log.error("a run failed: %s", describe_exception(exc))
            run.error = f"llmentary could not finish the run ({type(exc).__name__})"
            self._ls.show_message_once(run.opened, run.error)

    def _record_in_history(self, run: Run, began: datetime) -> None:
        """
        Write a run to the project's history, except a debugged one: breakpoints distort its times.
        """
        if not run.results or run.debug is not None:
            return
        from llmentary_regression.services.history import record_run

        project = run.opened.project
        results = [result for _, result in run.results.values()]
        record = partial(record_run, project, results, began=began, is_whole=False)
        self._ls.run_in_background(asyncio.to_thread(record, sources=project.loaded_files()))

    @asynccontextmanager
    async def _project_of(self, run: Run) -> AsyncIterator[Project]:
        """
        Yield the project to ask with; a debugged run gets one with its own worker.
        """
        project = run.opened.project
        if run.debug is None:
            yield project
            return
        from llmentary_regression.services.project import open_for_debugging

        def notify(port: int) -> None:
            params = protocol.DebugReadyParams(
                token=run.token, host="127.0.0.1", port=port, root=str(run.opened.root)
            )
            self._ls.notify_custom(protocol.DEBUG_READY, params)

        debugged = open_for_debugging(project, notify, run.debug.folder)
        try:
            yield debugged
        finally:
            await debugged.close()

    def _note_import_name(self, opened: OpenProject, project: Project) -> None:
        """
        Show on the project's suites, or stop showing, that `import llmentary` means another package.
        """
        problem = project.import_name_problem()
        if problem != opened.import_name_problem:
            opened.import_name_problem = problem
            for suite in self._ls.suites_of(opened):
                self._ls.scheduler.mark_dirty(suite)

    def _record_results(self, run: Run, batch: Sequence[CaseResult]) -> None:
        changed: dict[int, SuiteState] = {}
        recorded: list[tuple[SuiteState, CaseResult]] = []
        for result in batch:
            waiting = run.waiting.pop(result.case_id, None)
            if waiting is None:
                continue  # a newer run has taken over the case
            suite, wording = waiting
            state = suite.state_of(result.case.key)
            state.run = None
            state.result = result
            state.asked_wording = wording
            state.matched = None
            state.is_rejected = False
            state.is_from_older_code = run.generation != run.opened.generation
            run.results[result.case_id] = (suite, result)
            changed[id(suite)] = suite
            recorded.append((suite, result))
        for suite in changed.values():
            self._ls.scheduler.mark_dirty(suite)
        self._ls.notifications.results(run, recorded)
        if run.progress is not None:
            run.progress.report(len(run.results))

    def _finish(self, run: Run) -> None:
        self._active.pop(run.number, None)
        left: dict[str, list[str]] = {}
        for (_, key), (suite, _) in run.waiting.items():
            suite.state_of(key).run = None
            self._ls.scheduler.mark_dirty(suite)
            left.setdefault(suite.uri, []).append(key)
        run.waiting.clear()
        if run.results and not run.was_cancelled:
            counts = Counter(str(result.verdict.kind) for _, result in run.results.values())
            run.opened.last_run = dict(counts)
        self._ls.notifications.run_finished(run, left)
        if run.progress is not None:
            run.progress.end("cancelled" if run.was_cancelled else f"{len(run.results)} asked")
        self._ls.status.publish()
        self._ls.scheduler.flush()
        _log.info("run %d ended: %d cases asked", run.number, len(run.results))


def _check_debugger(batch: Sequence[CaseResult]) -> None:
    """
    Raise if no debugger can attach, so that one message serves for all cases.

    Raises:
        InterpreterError: says what is missing and how to install it.
    """
    for result in batch:
        if result.failure is not None and result.failure.kind is FailureKind.INTERPRETER:
            raise InterpreterError(result.failure.message)
