"""
`llmentary approve`: ask, and approve the answers of the chosen classes without asking the developer.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from llmentary_regression.cli.locations import path_shower
from llmentary_regression.cli.options import add_running_arguments, add_showing_arguments
from llmentary_regression.cli.progress import make_progress
from llmentary_regression.cli.run_cases import check_approvable, run_chosen_cases
from llmentary_regression.cli.selection import add_selection_arguments, selection_words
from llmentary_regression.core.model import CaseResult, VerdictKind, count_of
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
from llmentary_regression.reports.terminal import make_console
from llmentary_regression.services.approve import Approval, approve_results, can_approve, read_pin

_NEW = frozenset({VerdictKind.NEW})
_CHANGED = frozenset({VerdictKind.CHANGED, VerdictKind.UNSURE})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser, changed=False)
    group = parser.add_argument_group("which answers (default: --new)")
    group.add_argument("--new", action="store_true", help="answers of cases without a baseline")
    group.add_argument("--changed", action="store_true", help="changed and unsure answers")
    group.add_argument("--all", action="store_true", help="both")
    group.add_argument(
        "--as-example",
        action="store_true",
        help="add the answer to what is approved, instead of replacing it",
    )
    group.add_argument(
        "--pin",
        dest="pins",
        metavar="[NAME:=]PHRASE[|ALIAS...]",
        action="append",
        default=[],
        help="a phrase, or one of its aliases, that every later answer must contain; messages use its "
        "name; may be repeated; answers that are approved already are pinned as well",
    )
    add_running_arguments(parser)
    add_showing_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    pins = [read_pin(text) for text in arguments.pins]
    asked = run_chosen_cases(
        arguments,
        cwd,
        partial(make_progress, quiet=arguments.quiet > 0, color=arguments.color),
        check=check_approvable,
    )
    console = make_console(sys.stdout, color=None if arguments.color else False)
    options = DisplayOptions(
        answers=arguments.answers is not False, verbosity=arguments.verbose - arguments.quiet
    )
    report = ConsoleReport(console, options, path_shower(asked.project.root, cwd))
    if asked.run.is_interrupted:
        report.show_summary(asked.run)
        report.show_line("nothing was approved")
        return asked.run.exit_code

    wanted = chosen_kinds(new=arguments.new, changed=arguments.changed, both=arguments.all)
    if pins:
        wanted |= {VerdictKind.PASSED}  # what is approved already may still be pinned
    to_approve = [
        result for result in asked.run.results if result.verdict.kind in wanted and can_approve(result)
    ]
    report.show_problems(asked.run.problems)
    failed = [result for result in asked.run.results if not can_approve(result) and not _is_skipped(result)]
    report.show_errors([result for result in failed if result.verdict.kind is VerdictKind.ERROR])
    for result in failed:
        if result.verdict.kind is not VerdictKind.ERROR:
            report.show_result(result)
    approval = approve_results(
        asked.project,
        to_approve,
        as_example=arguments.as_example,
        pins={result.case_id: pins for result in to_approve},
        via="approve",
        seen=asked.run.results,
    )
    report.show_cases("approved", to_approve, "green")
    report.show_line(summary_line(to_approve, asked.run.results))
    for line in (*pin_lines([approval], to_approve), *renewed_lines([approval])):
        report.show_line(f"  {line}")
    for line in left_lines(asked.run.results, wanted, selection_words(arguments)):
        report.show_line(f"  {line}")
    return 1 if failed or asked.run.has_broken_suite else 0


def chosen_kinds(*, new: bool, changed: bool, both: bool) -> frozenset[VerdictKind]:
    """
    Return the verdicts whose answers are to be approved.
    """
    kinds: frozenset[VerdictKind] = frozenset()
    if new or both or not changed:
        kinds |= _NEW
    if changed or both:
        kinds |= _CHANGED
    return kinds


def summary_line(approved: Sequence[CaseResult], results: Sequence[CaseResult]) -> str:
    """
    Return in one line what was approved.
    """
    if not approved:
        return f"nothing to approve: {_counted(results)}"
    suites = len({result.suite for result in approved})
    return f"approved {_counted(approved)} in {suites} suite{'' if suites == 1 else 's'}"


def pin_lines(approvals: Sequence[Approval], approved: Sequence[CaseResult]) -> list[str]:
    """
    Return a line for each case of whose previous pins some were dropped.
    """
    lines = []
    for approval in approvals:
        for result in approved:
            case_id = result.case_id
            dropped, kept = approval.dropped_pins.get(case_id, 0), approval.kept_pins.get(case_id, 0)
            if dropped:
                noun = "pin" if dropped + kept == 1 else "pins"
                verb = "is" if dropped == 1 else "are"
                names = ", ".join(f"`{one_line(name)}`" for name in approval.dropped_names.get(case_id, ()))
                lines.append(
                    f"{result.case.label}: {dropped} of {dropped + kept} {noun} {verb} dropped"
                    f"{f' ({names})' if names else ''}, since the new answer does not contain the phrase"
                )
    return lines


def renewed_lines(approvals: Sequence[Approval]) -> list[str]:
    """
    Return a line on the examples of an older text analysis that were made again, if there are any.
    """
    count = sum(approval.renewed for approval in approvals)
    if not count:
        return []
    noun = "example" if count == 1 else "examples"
    return [f"{count} {noun} of an older llmentary made again, since the answer is the same"]


def left_lines(results: Sequence[CaseResult], wanted: frozenset[VerdictKind], selection: str) -> list[str]:
    """
    Return a line for each class of answers that was not approved, with the reason.
    """
    left = Counter(result.verdict.kind for result in results if result.verdict.kind not in wanted)
    lines = []
    changed = left[VerdictKind.CHANGED] + left[VerdictKind.UNSURE]
    if left[VerdictKind.NEW]:
        lines.append(f"{left[VerdictKind.NEW]} new not approved: llmentary approve --new{selection}")
    if changed:
        lines.append(f"{changed} changed or unsure not approved: llmentary approve --changed{selection}")
    if left[VerdictKind.FAILED]:
        lines.append(
            f"{left[VerdictKind.FAILED]} failed an `@expect` and cannot be approved; fix the program or the `@expect`"
        )
    if left[VerdictKind.ERROR]:
        lines.append(f"{left[VerdictKind.ERROR]} could not be asked or judged; fix the errors above")
    return lines


def _is_skipped(result: CaseResult) -> bool:
    return result.verdict.kind is VerdictKind.SKIPPED


def _counted(results: Sequence[CaseResult]) -> str:
    counts = Counter(result.verdict.kind for result in results)
    return ", ".join(count_of(counts[kind], kind) for kind in VerdictKind if counts[kind])
