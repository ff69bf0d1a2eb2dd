"""
`llmentary train`: ask, then walk through new and changed answers, and approve those the developer accepts.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TextIO

from llmentary_regression.cli.commands.approve import pin_lines, renewed_lines
from llmentary_regression.cli.locations import path_shower
from llmentary_regression.cli.options import add_running_arguments, add_showing_arguments
from llmentary_regression.cli.progress import make_progress
from llmentary_regression.cli.run_cases import check_approvable, run_chosen_cases
from llmentary_regression.cli.selection import add_selection_arguments
from llmentary_regression.cli.walk import Decision, Walk
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.model import CaseResult, VerdictKind
from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
from llmentary_regression.reports.finished_run import WORST_FIRST
from llmentary_regression.reports.terminal import make_console
from llmentary_regression.services.approve import approve_results, can_approve, suggested_pins
from llmentary_regression.services.project import Project
from llmentary_regression.services.run import diff_of

_EXIT_INTERRUPTED = 130
_TO_DECIDE = (VerdictKind.CHANGED, VerdictKind.UNSURE, VerdictKind.NEW)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser)
    add_running_arguments(parser)
    add_showing_arguments(parser)
    parser.usage = "llmentary train [PATH...] [OPTION...] | llmentary train [--approve all] -- COMMAND..."
    group = parser.add_argument_group("training an application: train -- COMMAND...")
    group.add_argument(
        "--approve",
        choices=("ask", "all"),
        default="ask",
        help="`all` saves and approves every answer of the application, without asking",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.app is not None:
        # Imported here: suites need none of the capturing side.
        from llmentary_regression.cli.train_app import run_app

        return run_app(arguments)
    if arguments.approve == "all":
        raise UsageError("`--approve all` is for `train -- COMMAND`; for suites use `approve --all`")
    if not sys.stdin.isatty():
        raise UsageError(
            "train asks about each answer and needs a terminal; without one use `llmentary approve`"
        )
    cwd = Path.cwd()
    asked = run_chosen_cases(
        arguments,
        cwd,
        partial(make_progress, quiet=arguments.quiet > 0, color=arguments.color),
        check=check_approvable,
    )
    options = DisplayOptions(
        answers=arguments.answers is not False,
        verbosity=max(0, arguments.verbose - arguments.quiet),
        diff_of=partial(diff_of, asked.project),
    )
    console = make_console(sys.stdout, color=None if arguments.color else False)
    report = ConsoleReport(console, options, path_shower(asked.project.root, cwd))
    report.show_problems(asked.run.problems)
    stuck = [result for result in asked.run.results if _is_stuck(result)]
    report.show_errors([result for result in stuck if result.verdict.kind is VerdictKind.ERROR])
    for result in stuck:
        if result.verdict.kind is not VerdictKind.ERROR:
            report.show_result(result)
    report.show_summary(asked.run)
    if asked.run.is_interrupted:
        report.show_line("nothing was approved")
        return _EXIT_INTERRUPTED

    to_decide = [
        result
        for kind in WORST_FIRST
        if kind in _TO_DECIDE
        for result in asked.run.results
        if result.verdict.kind is kind
    ]
    is_cut_short = False
    if to_decide:
        walk = Walk(to_decide, suggested_pins)
        is_cut_short = _walk(walk, report, sys.stdin)
        rejected = _finish(walk, report, asked.project, asked.run.results, total=len(to_decide))
    else:
        report.show_line("nothing to decide")
        for line in renewed_lines([approve_results(asked.project, (), via="train", seen=asked.run.results)]):
            report.show_line(f"  {line}")
        rejected = []
    if is_cut_short:
        return _EXIT_INTERRUPTED
    return 1 if stuck or rejected or asked.run.has_broken_suite else 0


def _walk(walk: Walk, report: ConsoleReport, lines: TextIO) -> bool:
    """
    Walk through all cases; return whether Ctrl-C, a closed terminal or the end of input cut it short.
    """
    with _hang_up_as_interrupt():
        try:
            shows_case = True
            while (current := walk.current) is not None:
                if shows_case:
                    report.show_line("")
                    report.show_result(current)
                report.ask(walk.prompt)
                line = lines.readline()
                if not line:
                    report.show_line("")
                    return True
                reply = walk.take(line)
                if reply.text:
                    report.show_line(reply.text)
                shows_case = reply.shows_subject
        except KeyboardInterrupt:
            report.show_line("")
            return True
    return False


def _finish(
    walk: Walk, report: ConsoleReport, project: Project, results: Sequence[CaseResult], *, total: int
) -> list[CaseResult]:
    """
    Write what was approved, report it, and return what was rejected.
    """
    approved, examples = walk.decided(Decision.APPROVE), walk.decided(Decision.EXAMPLE)
    approval = approve_results(
        project,
        [*approved, *examples],
        as_example={result.case_id for result in examples},
        pins=walk.pins,
        via="train",
        seen=results,
    )
    rejected = walk.decided(Decision.REJECT)
    parts = [f"{len(approved)} approved"]
    if examples:
        parts.append(f"{len(examples)} added as example")
    if rejected:
        parts.append(f"{len(rejected)} rejected")
    left = total - len(approved) - len(examples) - len(rejected)
    if left:
        parts.append(f"{left} left as they were")
    report.show_line(", ".join(parts))
    for line in (*pin_lines([approval], [*approved, *examples]), *renewed_lines([approval])):
        report.show_line(f"  {line}")
    report.show_cases("rejected", rejected, "red")
    return rejected


def _is_stuck(result: CaseResult) -> bool:
    return result.verdict.kind is not VerdictKind.SKIPPED and not can_approve(result)


@contextmanager
def _hang_up_as_interrupt() -> Iterator[None]:
    """
    Let a closed terminal end the walk as Ctrl-C does, so that what was approved is saved.
    """
    if not hasattr(signal, "SIGHUP"):
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGHUP, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, previous)
