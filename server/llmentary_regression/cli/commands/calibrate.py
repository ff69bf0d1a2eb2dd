"""
`llmentary calibrate`: ask each case several times, show how its answers vary, and propose settings.
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import case_line, location_of, path_shower
from llmentary_regression.cli.options import add_running_arguments, add_showing_arguments, option_reader
from llmentary_regression.cli.selection import add_selection_arguments, selection_of
from llmentary_regression.core.calibration import Proposal, Variation
from llmentary_regression.core.judging import explain_verdict
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.core.settings import count_reader
from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
from llmentary_regression.reports.terminal import make_console
from llmentary_regression.services.project import Project
from llmentary_regression.services.run import MIN_REPEATS, Calibration, calibrate_cases, write_settings
from llmentary_regression.services.select import SuiteCase, select_cases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser)
    group = parser.add_argument_group("what is done")
    group.add_argument(
        "--repeats",
        metavar="K",
        type=option_reader(count_reader(MIN_REPEATS)),
        default=5,
        help="ask each case K times (default: 5)",
    )
    group.add_argument("--write", action="store_true", help="write the proposed settings into the suites")
    add_running_arguments(parser, samples=False)
    add_showing_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    project = open_chosen_project(arguments, cwd)
    selected = select_cases(project, selection_of(arguments), cwd)
    show_path = path_shower(project.root, cwd)
    console = make_console(sys.stdout, color=None if arguments.color else False)
    report = ConsoleReport(console, DisplayOptions(), show_path)
    answers = arguments.answers is not False

    def show(one: Calibration) -> None:
        report.show_line(case_line(one.suite_case, show_path))
        for line in calibration_lines(one, location_of(one.suite_case, show_path), answers=answers):
            report.show_line(f"  {line}")

    calibrations = asyncio.run(_calibrate(project, selected.cases, arguments.repeats, show))
    report.show_line(summary_line(calibrations))
    if arguments.write:
        written = write_settings(project, calibrations)
        for suite, count in written.settings.items():
            report.show_line(f"wrote {count} setting{'' if count == 1 else 's'} into {show_path(suite)}")
        for suite_case, reason in written.left:
            report.show_line(f"not written for {one_line(suite_case.case.label, 60)}: {reason}")
    elif any(one.proposal is not None and one.proposal.settings for one in calibrations):
        report.show_line("  `--write` puts the settings into the suites; approve afterwards")
    return 1 if any(one.failure is not None for one in calibrations) else 0


async def _calibrate(
    project: Project, cases: Sequence[SuiteCase], repeats: int, show: Callable[[Calibration], None]
) -> list[Calibration]:
    found: list[Calibration] = []
    try:
        async with aclosing(calibrate_cases(project, cases, repeats)) as calibrations:
            async for one in calibrations:
                show(one)
                found.append(one)
    finally:
        problem = project.import_name_problem()
        if problem is not None:
            print(f"llmentary: {problem.message} ({problem.code})", file=sys.stderr)
        await project.close()
    return found


def calibration_lines(one: Calibration, place: str, *, answers: bool) -> Iterator[str]:
    """
    Yield the outcome for one case: how its answers vary, and what is proposed.

    Args:
        place: how the case is selected.
        answers: whether phrases of the answers may be shown.
    """
    if one.failure is not None:
        yield f"error: {one.failure.message if answers else one.failure.kind}"
    if one.skipped is not None and one.failure is None:
        yield f"skipped: {one.skipped}"
    if one.variation is None:
        if not one.answers:
            return
        yield "too few answers to compare"
        return
    yield f"{one.answers} answers, compared with the first: {describe_variation(one.variation)}"
    yield from proposal_lines(one.proposal, place, answers=answers)


def describe_variation(variation: Variation) -> str:
    """
    Return in one line how the repeats compare with the first answer.
    """
    parts = []
    if variation.same_text:
        parts.append(f"{variation.same_text} the same text")
    if variation.same_normalized:
        parts.append(f"{variation.same_normalized} the same but for presentation")
    if variation.facts_stable:
        parts.append(f"{variation.facts_stable} unsure, facts stable")
    if variation.changed:
        reasons = "; ".join(f"{count}x {explain_verdict(reason)}" for reason, count in variation.reasons)
        parts.append(f"{variation.changed} changed ({reasons})")
    return ", ".join(parts)


def proposal_lines(proposal: Proposal | None, place: str, *, answers: bool) -> Iterator[str]:
    """
    Yield what is proposed, as it would be written or typed.
    """
    if proposal is None:
        yield "no setting lets them all pass; write what must hold as `@expect`, and add `@match none`"
        return
    if proposal.is_nothing:
        yield "nothing to change: each answer passes, whichever is approved"
    for name, value in proposal.settings:
        yield f"proposed: @{name} {value}"
    if proposal.pins:
        if answers:
            words = " ".join(f"--pin {shlex.quote(phrase)}" for phrase in proposal.pins)
            yield f"proposed: llmentary approve {words} {shlex.quote(place)}"
        else:
            yield f"proposed: {len(proposal.pins)} pins, which `llmentary train` offers"
    if proposal.examples > 1:
        yield f"proposed: approve {proposal.examples} of the answers as examples, by `llmentary train`"


def summary_line(calibrations: Sequence[Calibration]) -> str:
    """
    Return in one line how many cases are fine, have a proposal, or cannot be helped.
    """
    judged = [one for one in calibrations if one.variation is not None]
    fine = sum(one.proposal is not None and one.proposal.is_nothing for one in judged)
    hopeless = sum(one.proposal is None for one in judged)
    parts = [f"{fine} fine as they are", f"{len(judged) - fine - hopeless} with a proposal"]
    if hopeless:
        parts.append(f"{hopeless} that no setting helps")
    if len(judged) < len(calibrations):
        parts.append(f"{len(calibrations) - len(judged)} without answers to compare")
    return f"{len(calibrations)} case{'' if len(calibrations) == 1 else 's'}: {', '.join(parts)}"
