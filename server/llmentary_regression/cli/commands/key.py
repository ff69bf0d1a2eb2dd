"""
`llmentary key`: add, show, check or rotate the project key.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path

from llmentary_regression.core.errors import KeyMissingError, UsageError
from llmentary_regression.storage.files import find_root

_LONGEST_INPUT = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    actions.add_parser(
        "add", help="take over the key that a colleague handed to you: asked for hidden, or read from stdin"
    )
    actions.add_parser("show", help="print the key, on a terminal only")
    actions.add_parser("check", help="say where the key is and whether it opens the keyring")
    actions.add_parser("rotate", help="put a new key in its place; what is approved stays approved")


def run(arguments: argparse.Namespace) -> int:
    return _ACTIONS[arguments.action](find_root(Path.cwd()))


def _add(root: Path) -> int:
    from llmentary_regression.core.crypto import ProjectKey
    from llmentary_regression.storage.keys import KEY_VARIABLE, add_key

    text = _read_hidden().strip()
    if not text:
        raise UsageError(
            "no key was given; paste what `llmentary key show` prints where it works; nothing was changed"
        )
    try:
        key = ProjectKey.from_text(text)
    except ValueError:
        # `from None`: a traceback must not lead to the text, which may be nearly the key.
        raise UsageError(
            "that is no project key, which is 44 characters of base64, as `llmentary key show` prints it; "
            "nothing was changed"
        ) from None
    added = add_key(root, key, os.environ, os.urandom)
    print(f"added key {added.key_id}, readable by you alone:")
    for file in added.files:
        print(f"  {file}")
    if added.set_aside is not None:
        print(f"the key that was there opens nothing more than this one; it is kept in {added.set_aside}")
    if not added.total:
        print(
            "there is no keyring yet that could tell whether it is the right key; the first approval uses it"
        )
    elif added.opened < added.total:
        print(
            f"it opens {added.opened} of {added.total} roots; `llmentary key check` says which key is missing"
        )
    else:
        print(f"the keys here open everything: {added.opened} of {added.total} roots")
    if added.joined:
        print(f"key {added.used} now opens all of that by itself: colleagues and CI need no other")
        print("next: commit .llmentary/keyring.json")
    if added.ignored_for_variable:
        print(
            f"{KEY_VARIABLE} is set and goes before the file; unset it, or set it to the right key",
            file=sys.stderr,
        )
    return 0


def _read_hidden() -> str:
    """
    Return what is typed at a hidden prompt, or all of stdin where that is no terminal.
    """
    if not sys.stdin.isatty():
        return sys.stdin.read(_LONGEST_INPUT)
    with warnings.catch_warnings():
        # Without control of the terminal it would show what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass("project key (hidden): ")
        except EOFError:
            return ""
        except getpass.GetPassWarning as exc:
            raise UsageError(
                "this terminal cannot hide what is typed; give the key by a pipe or file: "
                "`llmentary key add < FILE`"
            ) from exc


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
    from llmentary_regression.storage.keys import KEY_VARIABLE, key_status

    status = key_status(root, os.environ)
    if not status.has_keyring and status.problem is None and status.place is None:
        print(f"no key yet in {root}: the first approval makes one")
        return 0
    rows = [
        ("key", status.key_id or ("not read" if status.place else "none")),
        ("found", status.place or "nowhere"),
    ]
    if status.place not in (None, KEY_VARIABLE):
        rows.append(("readable", "by you alone" if status.is_private else "by others as well"))
    rows.append(
        ("opens", f"{status.opened} of {status.total} roots" if status.has_keyring else "no keyring yet")
    )
    for name, value in rows:
        print(f"{name:<9} {value}")
    if status.hint is not None:
        print(f"note: {status.hint}", file=sys.stderr)
    if status.problem is not None:
        print(f"llmentary: {status.problem}", file=sys.stderr)
        return 2
    return 0


def _rotate(root: Path) -> int:
    from llmentary_regression.services.git import acting_user
    from llmentary_regression.storage.keys import rotate_keyring

    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    keyring = rotate_keyring(root, os.environ, os.urandom, at=now, by=acting_user(root))
    print(f"new key {keyring.key_id} in {keyring.place}; everything approved stays approved")
    print(
        "next: commit .llmentary/keyring.json, and give colleagues and CI the new key (`llmentary key show`); "
        "colleagues run `llmentary key add`"
    )
    print("until all branches have that commit, CI can hold both keys: LLMENTARY_KEY=new,old")
    return 0


_ACTIONS: Mapping[str, Callable[[Path], int]] = {
    "add": _add,
    "show": _show,
    "check": _check,
    "rotate": _rotate,
}
