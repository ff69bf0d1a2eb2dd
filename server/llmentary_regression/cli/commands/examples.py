"""
`llmentary examples`: list the approved examples of cases, or drop some of one case. Runs nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import case_line, path_shower
from llmentary_regression.cli.options import option_reader
from llmentary_regression.cli.selection import add_selection_arguments, only_case, selection_of
from llmentary_regression.core.baselines import Example
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.core.settings import count_reader
from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
from llmentary_regression.reports.terminal import make_console
from llmentary_regression.services.approve import drop_examples, examples_of
from llmentary_regression.services.select import select_cases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser)
    parser.add_argument(
        "--drop",
        metavar="N",
        action="append",
        type=option_reader(count_reader(1)),
        default=[],
        help="remove example N, as numbered in the list, from the one selected case; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    project = open_chosen_project(arguments, cwd)
    selected = select_cases(project, selection_of(arguments), cwd)
    report = ConsoleReport(make_console(sys.stdout), DisplayOptions(), path_shower(project.root, cwd))
    show_path = path_shower(project.root, cwd)
    if arguments.drop:
        only = only_case(selected, "--drop")
        left = drop_examples(project, only, arguments.drop)
        dropped = len(set(arguments.drop))
        state = "the case is new again" if left == 0 else f"{left} left"
        report.show_line(
            f"dropped {dropped} example{'' if dropped == 1 else 's'} of {only.case.label}; {state}"
        )
        return 0
    for one in selected.cases:
        report.show_line(case_line(one, show_path))
        for line in example_lines(examples_of(project, one)):
            report.show_line(f"  {line}")
    return 0


def example_lines(examples: Sequence[Example]) -> list[str]:
    """
    Return a line for each example: its number, when, by whom, with which model it was approved.
    """
    if not examples:
        return ["nothing is approved yet"]
    lines = []
    for number, example in enumerate(examples, 1):
        line = f"{number}  approved {example.approved[:10]} {example.approved[11:16]}"
        if example.by:
            line += f" by {one_line(example.by, 30)}"
        if example.model is not None:
            line += f" with {one_line(example.model, 40)}"
        lines.append(line)
    return lines
