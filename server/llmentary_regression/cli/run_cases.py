"""
Ask the chosen cases: show progress, stop at Ctrl-C, record the run, and sort the results into file order.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import located_problems
from llmentary_regression.cli.selection import selection_of
from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.core.model import CaseResult, Position, Problem, SettingEntry, Span
from llmentary_regression.reports.finished_run import FinishedRun, LocatedProblem
from llmentary_regression.services.history import record_run
from llmentary_regression.services.project import Project
from llmentary_regression.services.run import RunLimits, is_failing, run_cases
from llmentary_regression.services.select import Selection, SuiteCase, select_cases
from llmentary_regression.storage.files import UnsafeFileError, project_folder, safe_path


class Progress(Protocol):
    """
    Receives what has been asked so far.
    """

    def start(self) -> None: ...

    def advance(self, results: Sequence[CaseResult]) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CompletedRun:
    """
    A project, and the run in which its cases were asked.
    """

    project: Project
    run: FinishedRun
    sources: frozenset[Path] = frozenset()
    """The callable's source files, as far as workers loaded them."""


def run_chosen_cases(
    arguments: argparse.Namespace,
    cwd: Path,
    make_progress: Callable[[int], Progress | None],
    check: Callable[[Project], None] | None = None,
    narrow: Callable[[Project, Sequence[SuiteCase]], Sequence[SuiteCase]] | None = None,
) -> CompletedRun:
    """
    Ask the cases that the command's options choose.

    Args:
        arguments: selection and running options.
        cwd: what paths are relative to.
        make_progress: called with the number of cases; returns None for no progress.
        check: raises what would fail at the end of the run; called before anything is asked.
        narrow: chooses among the chosen cases again.

    Raises:
        LlmentaryError: nothing could be asked.
    """
    project = open_chosen_project(arguments, cwd)
    selection = selection_of(arguments)
    selected = select_cases(project, selection, cwd)
    if check is not None:
        check(project)
    if narrow is not None:
        selected = replace(selected, cases=tuple(narrow(project, selected.cases)))
    forced = {name: getattr(arguments, option, None) for name, option in _FORCED.items()}
    models: Sequence[str | None] = getattr(arguments, "with_models", None) or [None]
    groups = [_with_settings(selected.cases, {**forced, "model": model}) for model in models]
    total = sum(map(len, groups))
    began, started = datetime.now(timezone.utc), time.monotonic()
    found, sources, import_problem, is_interrupted = asyncio.run(
        _ask(project, groups, make_progress(total), limits_of(arguments))
    )
    is_whole = narrow is None and _is_whole(selection, project, cwd) and not is_interrupted
    for results in found:
        record_run(
            project,
            results,
            began=began,
            is_whole=is_whole and len(results) == len(selected.cases),
            is_comparison=models != [None],
            sources=sources,
        )
    run = FinishedRun(
        results=tuple(_in_file_order([one for results in found for one in results], selected.cases)),
        problems=(
            *(() if import_problem is None else [LocatedProblem(import_problem.origin, import_problem)]),
            *located_problems(project, selected, cwd),
        ),
        selected=total,
        elapsed_s=time.monotonic() - started,
        is_failing=partial(is_failing, strict=project.is_strict),
        is_strict=project.is_strict,
        is_interrupted=is_interrupted,
        left_out_by_only=selected.left_out_by_only,
        shard=selected.shard,
    )
    return CompletedRun(project, run, sources)


def limits_of(arguments: argparse.Namespace) -> RunLimits:
    """
    Return what the command line allows the run.
    """
    return RunLimits(getattr(arguments, "rate", None), getattr(arguments, "max_cost", None))


def check_approvable(project: Project) -> None:
    """
    Check that approvals can be written before anything is asked and anybody has decided on fifty answers.

    Raises:
        StoreWriteError: the folder refuses.
        KeyringError: the project's key cannot be approved with.
    """
    folder = project_folder(project.root)
    try:
        safe_path(folder / "baselines", project.root)
    except UnsafeFileError as exc:
        raise StoreWriteError(folder, f"{exc.strerror}, so nothing could be approved") from exc
    existing = folder if folder.exists() else project.root
    if not os.access(existing, os.W_OK):
        raise StoreWriteError(
            existing, "is not writable, so nothing could be approved; make it writable first"
        )
    project.check_approving()


def _is_whole(selection: Selection, project: Project, cwd: Path) -> bool:
    """
    Return whether the selection is all of the project's cases.
    """
    if selection.is_filtered:
        return False
    return not selection.targets or any(
        project.root.is_relative_to((cwd / target).resolve()) for target in selection.targets
    )


_FORCED = {"timeout": "timeout", "retries": "retries", "samples": "samples"}
"""Settings of a case that the command line decides, by the option that holds them."""


def _with_settings(cases: Sequence[SuiteCase], forced: dict[str, object]) -> Sequence[SuiteCase]:
    """
    Return the cases with settings of the command line after their own, since the last one wins.
    """
    nowhere = Span(Position(0, 0), Position(0, 0))
    entries = tuple(SettingEntry(name, value, nowhere) for name, value in forced.items() if value is not None)
    if not entries:
        return cases
    # One tuple for all cases that share their settings: the project resolves each tuple once.
    extended: dict[int, tuple[SettingEntry, ...]] = {}
    changed = []
    for one in cases:
        overrides = extended.setdefault(id(one.case.overrides), (*one.case.overrides, *entries))
        changed.append(replace(one, case=replace(one.case, overrides=overrides)))
    return changed


async def _ask(
    project: Project, groups: Sequence[Sequence[SuiteCase]], progress: Progress | None, limits: RunLimits
) -> tuple[list[list[CaseResult]], frozenset[Path], Problem | None, bool]:
    """
    Return the results of each group, the callable's sources, a problem of its Python's `import llmentary`, and
    whether Ctrl-C ended the run early.
    """
    found: list[list[CaseResult]] = []
    sources: frozenset[Path] = frozenset()
    import_problem: Problem | None = None
    is_interrupted = False
    if progress is not None:
        progress.start()
    try:
        with cancelled_by_ctrl_c():
            for cases in groups:
                results: list[CaseResult] = []
                found.append(results)
                # Closing the generator cancels the questions that workers are asking.
                async with aclosing(run_cases(project, cases, limits)) as batches:
                    async for batch in batches:
                        results += batch
                        if progress is not None:
                            progress.advance(batch)
    except asyncio.CancelledError:
        is_interrupted = True
    finally:
        if progress is not None:
            progress.stop()
        sources = project.loaded_files()
        import_problem = project.import_name_problem()
        await project.close()
    return found, sources, import_problem, is_interrupted


def _in_file_order(results: list[CaseResult], cases: Sequence[SuiteCase]) -> list[CaseResult]:
    order = {one.case_id: index for index, one in enumerate(cases)}
    return sorted(results, key=lambda result: order[result.case_id])


@contextmanager
def cancelled_by_ctrl_c() -> Iterator[None]:
    """
    Let the first Ctrl-C cancel the current task, so that workers end and results stay; a second one interrupts.
    """
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    assert task is not None

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        loop.call_soon_threadsafe(task.cancel)

    try:
        previous = signal.signal(signal.SIGINT, interrupt)
    except ValueError:  # not in the main thread: our caller handles signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
