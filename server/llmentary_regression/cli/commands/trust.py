"""
`llmentary trust`: let editors without a trust of their own run a folder's code.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from llmentary_regression.core.errors import UsageError
from llmentary_regression.storage.user import trust, untrust


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="the folder (default: this one)"
    )
    parser.add_argument("--revoke", action="store_true", help="take the trust back")


def run(arguments: argparse.Namespace) -> int:
    folder = Path(arguments.folder).expanduser().resolve()
    if not folder.is_dir() and not arguments.revoke:
        raise UsageError(f"`{arguments.folder}` is not a folder; name one that exists")
    if arguments.revoke:
        untrust(folder)
        print(f"no longer trusted: {folder}")
    else:
        trust(folder)
        print(f"trusted: {folder}")
        print("editors now run what suites below it name; `llmentary trust --revoke` takes that back")
    return 0
