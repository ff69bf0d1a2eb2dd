"""
`llmentary pins`: list the pins of approved answers, drop some, or give them aliases. Runs nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import case_line, path_shower
from llmentary_regression.cli.selection import add_selection_arguments, only_case, selection_of
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.console import ConsoleReport, DisplayOptions
from llmentary_regression.reports.terminal import make_console
from llmentary_regression.services.approve import add_aliases, drop_stored_pins, pin_names_of, read_pin
from llmentary_regression.services.select import select_cases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection_arguments(parser)
    parser.add_argument(
        "--drop",
        metavar="NAME|PHRASE",
        action="append",
        default=[],
        help="remove a pin from the one selected case, by its name or by the phrase that was pinned; may be "
        "repeated",
    )
    parser.add_argument(
        "--alias",
        metavar="NAME:=ALIAS",
        dest="aliases",
        action="append",
        default=[],
        help="accept another phrase for a pin of the one selected case: `NAME := ALIAS` or "
        "`PHRASE|ALIAS`; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    pins = [read_pin(text) for text in arguments.aliases]
    project = open_chosen_project(arguments, cwd)
    selected = select_cases(project, selection_of(arguments), cwd)
    show_path = path_shower(project.root, cwd)
    report = ConsoleReport(make_console(sys.stdout), DisplayOptions(), show_path)
    if arguments.drop or pins:
        only = only_case(selected, "--drop" if arguments.drop else "--alias")
        if arguments.drop:
            drop_stored_pins(project, only, arguments.drop)
        if pins:
            add_aliases(project, only, pins)
    for one in selected.cases:
        report.show_line(case_line(one, show_path))
        for line in pin_lines(pin_names_of(project, one)):
            report.show_line(f"  {line}")
    return 0


def pin_lines(names: Sequence[Sequence[str]]) -> list[str]:
    """
    Return a line for each approved answer with its pins by name; their phrases are stored nowhere.
    """
    if not names:
        return ["nothing is approved yet"]
    if not any(names):
        return ["no pins"]
    return [
        (f"example {number}: " if len(names) > 1 else "") + (_listed(of_example) if of_example else "no pins")
        for number, of_example in enumerate(names, 1)
    ]


def _listed(names: Sequence[str]) -> str:
    shown = [f"`{one_line(name)}`" for name in names if name]
    count = f"{len(names)} pin{'' if len(names) == 1 else 's'}"
    if not shown:
        return f"{count} without a name"
    unnamed = len(names) - len(shown)
    more = f", {unnamed} without a name" if unnamed else ""
    return f"{count}: {', '.join(shown)}{more}"
