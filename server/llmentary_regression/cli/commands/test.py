"""
`llmentary test`: ask, judge, report. Writes no baseline, ever.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import path_shower
from llmentary_regression.cli.options import add_running_arguments, add_showing_arguments
from llmentary_regression.cli.progress import make_progress
from llmentary_regression.cli.report_files import (
    add_report_argument,
    check_writable,
    read_report_options,
    run_document,
    write_reports,
)
from llmentary_regression.cli.run_cases import CompletedRun, run_chosen_cases
from llmentary_regression.cli.selection import add_selection_arguments, selection_words
from llmentary_regression.cli.watch import EditTracker, watch
from llmentary_regression.core.errors import BaselineFileError, UsageError
from llmentary_regression.core.model import Reason, VerdictKind
from llmentary_regression.reports.finished_run import FinishedRun
from llmentary_regression.services.project import Project
from llmentary_regression.services.run import diff_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser)
    add_running_arguments(parser)
    add_showing_arguments(parser, files=True)
    parser.add_argument(
        "--watch",
        action="store_true",
        help="keep watching, and ask again what an edit of suite, settings or code affects",
    )
    parser.add_argument(
        "--with-model",
        dest="with_models",
        metavar="MODEL",
        action="append",
        default=[],
        help="ask with this model instead of the one that is set; repeated, a table compares them",
    )
    group = parser.add_argument_group("what counts, and where it goes")
    group.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="let `new` and `unsure` fail as well (default where CI is set)",
    )
    group.add_argument(
        "--diff",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="show what differs from the approved answer (default, but not where CI is set)",
    )
    add_report_argument(group)


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    twice = [model for model in arguments.with_models if arguments.with_models.count(model) > 1]
    if twice:
        raise UsageError(f"`--with-model {twice[0]}` is given twice; name each model once")
    if arguments.watch:
        return _watch(arguments, cwd)
    reports = read_report_options(arguments.reports, cwd)
    asked = run_chosen_cases(
        arguments,
        cwd,
        partial(make_progress, quiet=arguments.quiet > 0, color=arguments.color),
        check=lambda _project: check_writable(reports),
    )
    if reports:
        document = run_document(asked.project, asked.run, reports, answers=arguments.answers is True)
        write_reports(reports, document)
    _show(asked, arguments, cwd, to_stderr=any(report.path is None for report in reports))
    return asked.run.exit_code


def _watch(arguments: argparse.Namespace, cwd: Path) -> int:
    """
    Ask again whatever an edit affects; only part of the cases are asked, so no report file is written.
    """
    if arguments.reports or arguments.shard is not None:
        raise UsageError("`--watch` shows results only on the terminal; leave out `--report` and `--shard`")
    tracker = EditTracker()

    def ask() -> None:
        progress = partial(make_progress, quiet=arguments.quiet > 0, color=arguments.color)
        asked = run_chosen_cases(arguments, cwd, progress, narrow=tracker.affected)
        tracker.remember_sources(asked.project.root, asked.sources)
        _show(asked, arguments, cwd, to_stderr=False)
        if asked.run.is_interrupted:
            raise KeyboardInterrupt

    return watch(open_chosen_project(arguments, cwd).root, ask)


def _show(asked: CompletedRun, arguments: argparse.Namespace, cwd: Path, *, to_stderr: bool) -> None:
    # Imported here, as below: rich is slow to load, and neither `--help` nor the questions should wait for it.
    from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
    from llmentary_regression.reports.terminal import make_console

    project = asked.project
    wants_diff = arguments.diff if arguments.diff is not None else not project.is_ci
    options = DisplayOptions(
        answers=arguments.answers is not False,
        verbosity=arguments.verbose - arguments.quiet,
        diff_of=partial(diff_of, project) if wants_diff else None,
    )
    console = make_console(sys.stderr if to_stderr else sys.stdout, color=None if arguments.color else False)
    report = ConsoleReport(console, options, path_shower(project.root, cwd))
    if len(arguments.with_models) > 1 and not arguments.quiet:
        from llmentary_regression.reports.model_table import model_table

        width = console.width if console.is_terminal else None
        show_path = path_shower(project.root, cwd)
        for line in model_table(asked.run.results, arguments.with_models, show_path, width):
            report.show_line(line)
        if arguments.verbose == 0:
            report.show_problems(asked.run.problems)
            report.show_summary(asked.run)
            return
    steps = (
        [] if arguments.quiet or arguments.with_models else next_steps(asked.run, selection_words(arguments))
    )
    if steps and asked.run.summary[VerdictKind.NEW]:
        steps += _renamed_step(project)
    report.show_run(asked.run, steps)


def _renamed_step(project: Project) -> list[str]:
    """
    Return what to do about new cases whose question is approved under another name.
    """
    from llmentary_regression.services.approve import find_orphans

    try:
        count = sum(one.adopter is not None for one in find_orphans(project).found)
    except (BaselineFileError, OSError):
        return []  # the run has reported it where it matters
    return [f"{count} had another name before; to keep what was approved: llmentary prune"] * (count > 0)


def next_steps(run: FinishedRun, selection: str) -> list[str]:
    """
    Return the commands that the user may want to type next.
    """
    counts = run.summary
    new, changed = counts[VerdictKind.NEW], counts[VerdictKind.CHANGED] + counts[VerdictKind.UNSURE]
    steps = []
    if new:
        steps.append(f"approve what is new: llmentary approve{selection}")
    if changed:
        steps.append(f"approve what changed: llmentary approve --changed{selection}")
    if new or changed:
        steps.append(f"look at each first: llmentary train{selection}")
    if any(result.verdict.reason is Reason.PIN_MISSING for result in run.results):
        steps.append(
            "if a pin is in other words now: llmentary pins SUITE:LINE --alias 'NAME := OTHER WORDS'"
        )
    return steps
