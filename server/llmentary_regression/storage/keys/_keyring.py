"""
The keyring: the roots that fingerprints derive from, committed to git, each wrapped under a project key.

A key that opens no root is the wrong one; there is no other check value. Where a keyring exists no key is
ever made. Root ids carry a random part, so that branches which each started a root merge into one keyring.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.crypto import KEY_SIZE, NONCE_SIZE, ProjectKey, Root, wrap_root
from llmentary_regression.core.errors import KeyMissingError, KeyringError, KeyUnreadableError, KeyWrongError
from llmentary_regression.storage.files import Document, create_file, project_lock, replace_file

from ._keyfile import (
    KEY_VARIABLE,
    FoundKey,
    create_key,
    find_copies,
    find_own_key,
    is_private,
    keep_copy,
    key_file,
    replace_key,
)
from ._keyring_file import format_wraps, keyring_file, open_roots, read_wraps

_ROOT_ID = re.compile(r"r([1-9][0-9]*)(?:-.*)?", re.DOTALL)

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """
    The opened roots of a project.
    """

    roots: Mapping[str, Root]
    """By id, all that the key opens."""
    current: Root
    """The one that new fingerprints derive from: the latest that the key opens."""
    key_id: str
    place: str
    """Where the key was found: `LLMENTARY_KEY`, or the path of a file."""
    closed: tuple[str, ...] = ()
    """The ids of roots that this key does not open, such as those of a colleague's own key."""

    def __repr__(self) -> str:
        return f"Keyring(key {self.key_id}, {len(self.roots)} roots)"


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
    """How many roots it opens ..."""
    total: int
    """... of so many."""
    is_private: bool
    """Whether nobody else can read the key's file."""
    problem: str | None
    """What is wrong and how to fix it; None if all is well."""


def load_keyring(root: Path, environ: Mapping[str, str], home: Path | None = None) -> Keyring | None:
    """
    Return the opened keyring of a project, or None where nothing was ever approved.

    Args:
        home: the user's folder for llmentary, if not the usual one.

    Raises:
        KeyMissingError: there is a keyring but no key.
        KeyUnreadableError: the key cannot be read, or is no key.
        KeyWrongError: the key opens no root.
        KeyringError: the keyring file is damaged or from a newer version.
    """
    wraps = read_wraps(root)
    return None if wraps is None else _open(root, wraps, environ, home)


def ensure_keyring(
    root: Path, environ: Mapping[str, str], random: Random, home: Path | None = None
) -> Keyring:
    """
    Return the opened keyring of a project, made now if it has none, with a key if it has none.

    The order is such that a stop at any point leaves a state to go on from: what git must ignore, the key,
    the keyring; the caller writes baselines after that.

    Raises:
        KeyringError: as in `load_keyring`; no key is made where a keyring exists.
        StoreWriteError: the folder or disk refuses.
    """
    wraps = read_wraps(root)
    if wraps is not None:
        return _open(root, wraps, environ, home, keeping_copy=True)
    with project_lock(root):
        wraps = read_wraps(root)
        if wraps is None:
            found = find_own_key(root, environ) or _make_key(root, environ, random)
            first = _wrap(_new_root(1, random), found.key, random)
            create_file(keyring_file(root), format_wraps([first]), root=root)
            wraps = read_wraps(root) or [first]
        return _open(root, wraps, environ, home, keeping_copy=True)


def rotate_keyring(
    root: Path, environ: Mapping[str, str], random: Random, home: Path | None = None
) -> Keyring:
    """
    Put a new project key in place of the old one, wrap the old roots under it, and start a new root.

    Old fingerprints stay judgeable and no answers are needed. In between, the keyring can be opened with
    either key, so that a stop at any point locks nobody out.

    Raises:
        KeyringError: there is no keyring, or its key is not at hand, or comes from `LLMENTARY_KEY`.
        StoreWriteError: the folder or disk refuses.
    """
    if environ.get(KEY_VARIABLE):
        raise KeyringError(
            f"{KEY_VARIABLE} is set, and a new key would not reach it; unset it, rotate, "
            "then set it to what `llmentary key show` prints"
        )
    with project_lock(root):
        wraps = read_wraps(root)
        if wraps is None:
            raise KeyringError(f"there is no keyring in `{root}` yet; approve an answer first")
        old, opened = _find_opening_key(root, wraps, environ, home)
        key = ProjectKey.from_bytes(random(KEY_SIZE))
        keep_copy(key, environ, home)
        latest = max(_rank(wrap["id"]) for wrap in wraps)[0]
        roots = [*opened.values(), _new_root(latest + 1, random)]
        added = [_wrap(one, key, random) for one in roots]
        # What colleagues wrapped under keys of their own is not ours to drop.
        closed = [wrap for wrap in wraps if wrap["key"] != old.key.id]
        replace_file(keyring_file(root), format_wraps([*wraps, *added]), root=root)
        replace_key(root, key)
        replace_file(keyring_file(root), format_wraps([*closed, *added]), root=root)
        return _open(root, [*closed, *added], environ, home)


def key_status(root: Path, environ: Mapping[str, str], home: Path | None = None) -> KeyStatus:
    """
    Return where the key is and what it opens, without raising what is wrong with it.
    """
    wraps: list[Document] = []
    found: FoundKey | None = None
    opened: Mapping[str, Root] = {}
    problem: str | None = None
    has_keyring = False
    try:
        read = read_wraps(root)
        has_keyring, wraps = read is not None, read or []
        found = find_own_key(root, environ)
        if has_keyring:
            found, opened = _find_opening_key(root, wraps, environ, home)
    except KeyringError as exc:
        problem = str(exc)
    private = found is None or found.place == KEY_VARIABLE or is_private(Path(found.place))
    if problem is None and found is not None and not private:
        problem = f"others can read `{found.place}`; run `chmod 600` on it"
    return KeyStatus(
        has_keyring=has_keyring,
        key_id=None if found is None else found.key.id,
        place=None if found is None else found.place,
        opened=len(opened),
        total=len({wrap["id"] for wrap in wraps}),
        is_private=private,
        problem=problem,
    )


def find_project_key(root: Path, environ: Mapping[str, str], home: Path | None = None) -> ProjectKey | None:
    """
    Return the project key itself, for `llmentary key show`; None where nothing was ever approved.

    Raises:
        KeyringError: as in `load_keyring`.
    """
    wraps = read_wraps(root)
    return None if wraps is None else _find_opening_key(root, wraps, environ, home)[0].key


# --- keys ---


def _make_key(root: Path, environ: Mapping[str, str], random: Random) -> FoundKey:
    create_key(root, ProjectKey.from_bytes(random(KEY_SIZE)))
    # Read back, not taken from memory: whatever stands there now is the key.
    found = find_own_key(root, environ)
    if found is None:
        raise KeyMissingError(f"the project key `{key_file(root)}` vanished while it was made; try again")
    return found


def _find_opening_key(
    root: Path, wraps: list[Document], environ: Mapping[str, str], home: Path | None
) -> tuple[FoundKey, dict[str, Root]]:
    key_ids = list(dict.fromkeys(wrap["key"] for wrap in wraps))

    def find_copy() -> tuple[FoundKey, dict[str, Root]] | None:
        for copy in find_copies(key_ids, environ, home):
            opened = open_roots(root, wraps, copy.key)
            if opened:
                return copy, opened
        return None

    wanted = f"key {' or '.join(key_ids)}"
    try:
        own = find_own_key(root, environ)
    except KeyUnreadableError as exc:
        # Not used in its stead: a key that cannot be read is a fault that somebody should fix.
        copy = None if environ.get(KEY_VARIABLE) else find_copy()
        if copy is None:
            raise
        raise KeyUnreadableError(f"{exc}; your copy `{copy[0].place}` opens the keyring") from exc
    if own is None:
        copy = find_copy()
        if copy is None:
            raise KeyMissingError(
                f"the project key is missing: neither {KEY_VARIABLE} nor `{key_file(root)}` is there, "
                f"and you have no copy of {wanted}; ask a colleague who can approve for what "
                "`llmentary key show` prints, and put it into that file or variable"
            )
        return copy
    opened = open_roots(root, wraps, own.key)
    if opened:
        return own, opened
    fix = f"put {wanted} there, as `llmentary key show` prints it where it works"
    if own.place != KEY_VARIABLE:
        copy = find_copy()
        if copy is not None:
            fix = f"your copy `{copy[0].place}` opens it: put that there"
    raise KeyWrongError(
        f"the project key in {_quoted(own.place)} is the wrong one: it is key {own.key.id}, "
        f"but `{keyring_file(root)}` opens with {wanted}; {fix}"
    )


def _quoted(place: str) -> str:
    return place if place == KEY_VARIABLE else f"`{place}`"


# --- roots ---


def _open(
    root: Path,
    wraps: list[Document],
    environ: Mapping[str, str],
    home: Path | None,
    *,
    keeping_copy: bool = False,
) -> Keyring:
    found, opened = _find_opening_key(root, wraps, environ, home)
    if keeping_copy and found.place == str(key_file(root)):
        keep_copy(found.key, environ, home)
    return Keyring(
        roots=opened,
        current=opened[max(opened, key=_rank)],
        key_id=found.key.id,
        place=found.place,
        closed=tuple(sorted({wrap["id"] for wrap in wraps} - opened.keys())),
    )


def _new_root(number: int, random: Random) -> Root:
    return Root(f"r{number}-{random(4).hex()}", random(KEY_SIZE))


def _rank(root_id: str) -> tuple[int, str]:
    found = _ROOT_ID.fullmatch(root_id)
    return (int(found[1]) if found else 0, root_id)


def _wrap(root: Root, key: ProjectKey, random: Random) -> Document:
    return {**wrap_root(root, key, nonce=random(NONCE_SIZE)), "key": key.id}
