"""
`llmentary merge`: what git calls to merge a baseline file, once `llmentary init --git` has told it so.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

EXIT_CONFLICT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("base", metavar="BASE", help="the common ancestor's version (git's %%O)")
    parser.add_argument("ours", metavar="OURS", help="our version, which becomes the merged file (%%A)")
    parser.add_argument("theirs", metavar="THEIRS", help="their version (%%B)")
    parser.add_argument(
        "path", nargs="?", metavar="PATH", help="where the file lies in the repository (%%P); tells the key"
    )


def run(arguments: argparse.Namespace) -> int:
    from llmentary_regression.services.git import DamagedError, leave_conflict, merge_versions
    from llmentary_regression.storage.files import replace_file

    base, ours, theirs = Path(arguments.base), Path(arguments.ours), Path(arguments.theirs)
    name = arguments.path or arguments.ours
    try:
        merged = merge_versions(base, ours, theirs, str(Path.cwd() / name), environ=os.environ)
        replace_file(ours, merged.data)
    except DamagedError as exc:
        leave_conflict(base, ours, theirs)
        print(
            f"llmentary: {name}: {exc.reason}; merged as plain text, look at it before you commit",
            file=sys.stderr,
        )
        return EXIT_CONFLICT
    again = f"git checkout --merge -- {shlex.quote(name)}"
    for label in merged.undecided:
        print(
            f"llmentary: {name}: both sides pinned the approved answer of `{label}`, and pins are sealed; "
            f"see to the project key (`llmentary key check`), then `{again}`",
            file=sys.stderr,
        )
    return EXIT_CONFLICT if merged.undecided else 0
