"""
`llmentary resolve`: choose what is kept where two branches approved a case differently. Runs nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.core.errors import UsageError
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.services.approve import Side, SuiteConflict, find_conflicts, resolve_conflict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="names of cases; without one, every case in conflict",
    )
    choice = parser.add_mutually_exclusive_group()
    for side, words in (
        (Side.OURS, "keep what this branch approved"),
        (Side.THEIRS, "keep what the merged branch approved"),
        (Side.BOTH, "keep the examples of both, where each branch added to the same set"),
    ):
        choice.add_argument(f"--{side}", dest="side", action="store_const", const=side, help=words)
    parser.add_argument("--profile", metavar="NAME", help="with the settings under [profile.NAME]")


def run(arguments: argparse.Namespace) -> int:
    arguments.targets = []
    project = open_chosen_project(arguments, Path.cwd())
    found = find_conflicts(project)
    names = set(arguments.names)
    unknown = sorted(names - {conflict.label for conflict in found})
    if unknown:
        raise UsageError(f"`{unknown[0]}` is not in conflict; `llmentary resolve` lists those that are")
    chosen = [conflict for conflict in found if not names or conflict.label in names]
    if not chosen:
        print("no case is in conflict")
        return 0
    for conflict in chosen:
        if arguments.side is not None:
            resolve_conflict(project, conflict, arguments.side)
        print(_line(conflict, arguments.side))
    if arguments.side is None:
        print("choose with --ours, --theirs or --both; then `git add` the files")
        return 1
    print("next: `git add .llmentary`, then run `llmentary test`")
    return 0


def _line(found: SuiteConflict, side: Side | None) -> str:
    words = f"kept {side}" if side is not None else _sides(found)
    return f"{one_line(found.suite, 80)}  {one_line(found.label, 80)}  {words}"


def _sides(found: SuiteConflict) -> str:
    sides = []
    for words, baselines in (("ours", found.conflict.ours), ("theirs", found.conflict.theirs)):
        examples = [example for baseline in baselines.values() for example in baseline.examples]
        if examples:
            latest = max(examples, key=lambda example: example.approved)
            who = f" by {one_line(latest.by, 40)}" if latest.by else ""
            sides.append(f"{words}: approved {latest.approved[:10]}{who}")
        else:
            sides.append(f"{words}: nothing")
    return ", ".join(sides)
