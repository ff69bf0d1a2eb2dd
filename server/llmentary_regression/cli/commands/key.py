"""
`llmentary key`: show, check or rotate the project key.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from llmentary_regression.core.errors import KeyMissingError, UsageError
from llmentary_regression.storage.files import find_root


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    actions.add_parser("show", help="print the key, on a terminal only")
    actions.add_parser("check", help="say where the key is and whether it opens the keyring")
    actions.add_parser("rotate", help="put a new key in its place; what is approved stays approved")


def run(arguments: argparse.Namespace) -> int:
    return _ACTIONS[arguments.action](find_root(Path.cwd()))


def _show(root: Path) -> int:
    from llmentary_regression.storage.keys import find_project_key

    if not sys.stdout.isatty():
        raise UsageError("`key show` prints the key on a terminal only, so that it ends in no log or file")
    key = find_project_key(root, os.environ)
    if key is None:
        raise KeyMissingError(f"`{root}` has no key yet; the first approval makes one")
    print(key.to_text())
    print(
        "whoever has it can test guesses at approved answers; hand it on as you would a password",
        file=sys.stderr,
    )
    print("in CI, put it into the secret variable LLMENTARY_KEY", file=sys.stderr)
    return 0


def _check(root: Path) -> int:
    from llmentary_regression.storage.keys import key_status

    status = key_status(root, os.environ)
    if not status.has_keyring and status.problem is None and status.place is None:
        print(f"no key yet in {root}: the first approval makes one")
        return 0
    rows = [("key", status.key_id or "none"), ("found", status.place or "nowhere")]
    if status.place is not None:
        rows.append(("readable", "by you alone" if status.is_private else "by others as well"))
    rows.append(
        ("opens", f"{status.opened} of {status.total} roots" if status.has_keyring else "no keyring yet")
    )
    for name, value in rows:
        print(f"{name:<9} {value}")
    if status.problem is not None:
        print(f"llmentary: {status.problem}", file=sys.stderr)
        return 2
    return 0


def _rotate(root: Path) -> int:
    from llmentary_regression.storage.keys import rotate_keyring

    keyring = rotate_keyring(root, os.environ, os.urandom)
    print(f"new key {keyring.key_id} in {keyring.place}; everything approved stays approved")
    print(
        "next: commit .llmentary/keyring.json, and give colleagues and CI the new key (`llmentary key show`)"
    )
    return 0


_ACTIONS: Mapping[str, Callable[[Path], int]] = {"show": _show, "check": _check, "rotate": _rotate}
