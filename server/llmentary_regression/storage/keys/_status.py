"""
Where the project's keys are and what they open, for `llmentary key check` and the editor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.errors import KeyExposedError, KeyringError

from ._ignored import has_git, is_in_repository
from ._keyfile import KEY_VARIABLE, FoundKey, find_own_keys, is_private, key_file
from ._keyring import check_approving
from ._keyring_file import StoredKeyring, read_keyring
from ._opening import Opened, open_keyring


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """
    What `llmentary key check` tells.
    """

    has_keyring: bool
    key_id: str | None
    place: str | None
    """Where the key was found; None if it was not."""
    opened: int
    """How many roots the keys at hand open ..."""
    total: int
    """... of so many."""
    is_private: bool
    """Whether nobody else can read the key's file."""
    problem: str | None
    """What is wrong and how to fix it; None if all is well."""
    hint: str | None = None
    """What keeps nobody from testing, but should be known: the key can't be approved with, or git is missing."""


def key_status(root: Path, environ: Mapping[str, str], home: Path | None = None) -> KeyStatus:
    """
    Return where the key is and what it opens, without raising what is wrong with it.
    """
    stored: StoredKeyring | None = None
    found: FoundKey | None = None
    opened: Opened | None = None
    problem: str | None = None
    hint: str | None = None
    exposed = False
    try:
        stored = read_keyring(root)
        found = next(iter(find_own_keys(root, environ)), None)
        if stored is not None:
            opened = open_keyring(root, stored, environ, home)
            found = opened.key
            problem = _closed_roots(stored, opened)
        if found is not None:
            hint = _hint(root, found, environ, home)
    except KeyringError as exc:
        problem = str(exc)
        exposed = isinstance(exc, KeyExposedError)
    is_file = found is not None and found.place != KEY_VARIABLE
    private = found is None or not is_file or is_private(Path(found.place))
    if problem is None and found is not None and not private:
        problem = f"others can read `{found.place}`; run `chmod 600` on it"
    return KeyStatus(
        has_keyring=stored is not None,
        key_id=None if found is None else found.key.id,
        place=str(key_file(root)) if exposed else None if found is None else found.place,
        opened=0 if opened is None else len(opened.roots),
        total=0 if stored is None else len(stored.root_ids),
        is_private=private,
        problem=problem,
        hint=hint,
    )


def _closed_roots(stored: StoredKeyring, opened: Opened) -> str | None:
    closed = sorted(stored.root_ids - opened.roots.keys())
    if not closed:
        return None
    keys = dict.fromkeys(wrap["key"] for wrap in stored.wraps if wrap["id"] in closed)
    what = f"root {closed[0]} is" if len(closed) == 1 else f"roots {', '.join(closed)} are"
    fix = (
        f"add it to {KEY_VARIABLE} with a comma between"
        if opened.key.place == KEY_VARIABLE
        else "run `llmentary key add`, which has your key open what that key opens"
    )
    return (
        f"{what} closed to you: answers approved under another first key, such as on a branch that was merged, "
        f"cannot be judged; ask who has key {' or '.join(keys)} for what `llmentary key show` prints, and {fix}"
    )


def _hint(root: Path, found: FoundKey, environ: Mapping[str, str], home: Path | None) -> str | None:
    try:
        check_approving(root, environ, home)
    except KeyringError as exc:
        return str(exc)
    if found.place != KEY_VARIABLE and is_in_repository(root) and not has_git(root):
        return "git is not on the PATH, so nothing checks that it ignores the project key"
    return None
