"""
`llmentary prune`: move baselines of renamed cases to those cases, and remove those that no suite asks for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from llmentary_regression.cli.chosen_project import open_chosen_project
from llmentary_regression.cli.locations import path_shower
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.services.approve import Orphan, adopt_orphans, find_orphans, remove_orphans

_SHOWN = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-y", "--yes", action="store_true", help="do it without asking")
    parser.add_argument("--profile", metavar="NAME", help="with the settings under [profile.NAME]")


def run(arguments: argparse.Namespace) -> int:
    cwd = Path.cwd()
    arguments.targets = []  # always the whole project: what another suite asks for must not look unused
    project = open_chosen_project(arguments, cwd)
    orphans = find_orphans(project)
    show_path = path_shower(project.root, cwd)
    for name in orphans.unsure:
        print(f"left alone: {show_path(name)} has problems; fix them first, `llmentary list` shows them")
    adopted = [one for one in orphans.found if one.adopter is not None]
    rest = [one for one in orphans.found if one.adopter is None]
    if not orphans.found:
        print(f"every {'other ' if orphans.unsure else ''}baseline belongs to a case")
        return 0
    _list("asks the same now, so it keeps the baseline of", adopted, show_path)
    _list("no case asks for", rest, show_path)
    if not arguments.yes and not _agrees(len(adopted), len(rest)):
        print("nothing was changed")
        return 0
    moved = adopt_orphans(project, adopted)
    removed = remove_orphans(project, rest)
    print(f"kept {moved} for renamed cases, removed {removed}")
    if moved < len(adopted):
        print(f"left {len(adopted) - moved} as they are: their key is not here; see `llmentary key check`")
    return 0


def _list(words: str, orphans: Sequence[Orphan], show_path: object) -> None:
    assert callable(show_path)
    for one in orphans[:_SHOWN]:
        line = f"{words}  {show_path(one.suite)}  {one_line(one.label, 80)}"
        if one.adopter is not None:
            place = f"{show_path(one.adopter.suite.name)}:{one.adopter.case.span.start.line + 1}"
            line = f"{place}  {line}"
        print(line)
    if len(orphans) > _SHOWN:
        print(f"... and {len(orphans) - _SHOWN} more")


def _agrees(adopted: int, rest: int) -> bool:
    if not sys.stdin.isatty():
        print("there is no terminal to ask on; `--yes` does it without asking", file=sys.stderr)
        return False
    print(f"keep {adopted} for renamed cases, remove {rest}? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
