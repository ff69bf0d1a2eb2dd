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
from llmentary_regression.core.errors import (
    KeyMissingError,
    KeyringError,
    KeyUnknownError,
    KeyUnreadableError,
    KeyWrongError,
)
from llmentary_regression.storage.files import (
    Document,
    create_file,
    prepare_folder,
    project_lock,
    replace_file,
)

from ._ignored import check_ignored
from ._keyfile import (
    KEY_VARIABLE,
    FoundKey,
    create_key,
    find_own_keys,
    is_known,
    keep_copy,
    key_file,
    read_key,
    replace_key,
    set_aside,
)
from ._keyring_file import Replacement, StoredKeyring, format_keyring, keyring_file, open_roots, read_keyring
from ._opening import Opened, open_keyring, wrong_key

_ROOT_ID = re.compile(r"r([1-9][0-9]*)(?:-.*)?", re.DOTALL)

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """
    The opened roots of a project.
    """

    roots: Mapping[str, Root]
    """By id, all that the keys at hand open."""
    current: Root
    """The one that new fingerprints derive from: the latest that the first of these keys opens."""
    key_id: str
    place: str
    """Where the key was found: `LLMENTARY_KEY`, or the path of a file."""
    closed: tuple[str, ...] = ()
    """The ids of roots that no key at hand opens, such as those of a colleague's own key."""

    def __repr__(self) -> str:
        return f"Keyring(key {self.key_id}, {len(self.roots)} roots)"


@dataclass(frozen=True, slots=True)
class AddedKey:
    """
    What `llmentary key add` did.
    """

    key_id: str
    files: tuple[Path, ...]
    """Where the key lies now."""
    set_aside: Path | None
    """Where the key is that lay in the project before, if it opens nothing more."""
    opened: int
    """How many roots the keys at hand open now; none where nothing was ever approved ..."""
    total: int
    """... of so many."""
    joined: int
    """How many roots were wrapped under the key that is used, which did not open them before ..."""
    used: str
    """... and that key's id."""
    ignored_for_variable: bool
    """Whether `LLMENTARY_KEY` is set and goes before the key's file."""


def load_keyring(root: Path, environ: Mapping[str, str], home: Path | None = None) -> Keyring | None:
    """
    Return the opened keyring of a project, or None where nothing was ever approved.

    Args:
        home: the user's folder for llmentary, if not the usual one.

    Raises:
        KeyMissingError: there is a keyring but no key.
        KeyUnreadableError: the key cannot be read, or is no key.
        KeyWrongError: the key opens no root.
        KeyExposedError: git tracks the key file, or could.
        KeyringError: the keyring file is damaged or from a newer version.
    """
    stored = read_keyring(root)
    return None if stored is None else _keyring(stored, open_keyring(root, stored, environ, home))


def check_approving(root: Path, environ: Mapping[str, str], home: Path | None = None) -> None:
    """
    Check that the project's key can be approved with, if it has one.

    Raises:
        KeyringError: as in `ensure_keyring`.
    """
    stored = read_keyring(root)
    if stored is not None:
        _check_known(root, open_keyring(root, stored, environ, home), environ, home)
        return
    for found in find_own_keys(root, environ):
        _check_added(root, found, environ, home, has_keyring=False)


def ensure_keyring(
    root: Path, environ: Mapping[str, str], random: Random, home: Path | None = None
) -> Keyring:
    """
    Return the opened keyring of a project to approve with, made now if it has none, with a key if it has none.

    The order is such that a stop at any point leaves a state to go on from: what git must ignore, the user's
    copy of the key, the key, the keyring; the caller writes baselines after that.

    Raises:
        KeyringError: as in `load_keyring`; no key is made where a keyring exists.
        KeyUnknownError: the user neither made nor added the key in the project's file.
        StoreWriteError: the folder or disk refuses.
    """
    stored = read_keyring(root)
    if stored is None:
        with project_lock(root):
            stored = read_keyring(root)
            if stored is None:
                stored = _start_keyring(root, environ, random, home)
    else:
        prepare_folder(root)  # what git must ignore: somebody may have taken the lines out
    opened = open_keyring(root, stored, environ, home)
    _check_known(root, opened, environ, home)
    return _keyring(stored, opened)


def rotate_keyring(
    root: Path,
    environ: Mapping[str, str],
    random: Random,
    home: Path | None = None,
    *,
    at: str = "",
    by: str = "",
) -> Keyring:
    """
    Put a new project key in place of the old one, wrap the old roots under it, and start a new root.

    Old fingerprints stay judgeable and no answers are needed. In between, the keyring can be opened with
    either key, so that a stop at any point locks nobody out.

    Args:
        root: the project's folder.
        environ: the environment variables.
        random: returns that many random bytes.
        home: the user's folder for llmentary, if not the usual one.
        at: the time, for the messages to those who still have the old key.
        by: who does it, for the same.

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
        stored = read_keyring(root)
        if stored is None:
            raise KeyringError(f"there is no keyring in `{root}` yet; approve an answer first")
        opened = open_keyring(root, stored, environ, home)
        _check_used(opened)
        key = ProjectKey.from_bytes(random(KEY_SIZE))
        keep_copy(key, environ, home)
        latest = max(_rank(name) for name in stored.root_ids)[0]
        roots = [*opened.roots.values(), _new_root(latest + 1, random)]
        added = tuple(_wrap(one, key, random) for one in roots)
        # What colleagues wrapped under keys of their own is not ours to drop, unless the new key opens it all.
        closed = {wrap["key"] for wrap in stored.wraps if wrap["id"] not in opened.roots}
        kept = tuple(wrap for wrap in stored.wraps if wrap["key"] in closed)
        out = [one for one in stored.key_ids if one not in closed]
        replaced = (*stored.replacements, *(Replacement(one, key.id, at, by) for one in out))
        after = StoredKeyring((*kept, *added), replaced)
        # Only the file at the end says that the old key is out of date: until then it is in use.
        replace_file(
            keyring_file(root),
            format_keyring(StoredKeyring((*stored.wraps, *added), stored.replacements)),
            root=root,
        )
        replace_key(root, key)
        replace_file(keyring_file(root), format_keyring(after), root=root)
        return _keyring(after, open_keyring(root, after, environ, home))


def add_key(
    root: Path, key: ProjectKey, environ: Mapping[str, str], random: Random, home: Path | None = None
) -> AddedKey:
    """
    Put a key that a colleague handed over where this user's keys lie, after a look at whether it is the right one.

    Where it opens all that the key in use opens, it takes that key's place. Where each opens roots that the
    other does not, because two branches each made a first key, they are wrapped under the key in use as well:
    from then on that key opens all.

    Raises:
        KeyWrongError: it opens nothing of the project's keyring, or there is none and another key is here.
        KeyExposedError: git tracks the key file, or could.
        StoreWriteError: the folder or disk refuses.
    """
    with project_lock(root):
        stored = read_keyring(root)
        path = key_file(root)
        if stored is not None and not open_roots(root, stored, key):
            raise wrong_key(root, stored, [key.id], "your input", "add that; nothing was changed")
        present = _present_key(root)
        aside: Path | None = None
        if present is not None and present.id != key.id:
            if stored is None:
                raise KeyWrongError(
                    f"`{path}` holds another key, {present.id}, and there is no keyring yet that could tell "
                    "which is the right one; remove that file first, if you want the added key"
                )
            if open_roots(root, stored, present).keys() <= open_roots(root, stored, key).keys():
                aside, present = set_aside(root, present), None
        copy = keep_copy(key, environ, home)
        if present is None or present.id == key.id:
            replace_key(root, key)
            check_ignored(path)
        elif copy is None:
            raise KeyringError(
                f"`{path}` holds another key that is needed as well, and your own folder for keys cannot be "
                "written; set LLMENTARY_HOME to a folder of yours"
            )
        files = tuple(one for one in (path if present is None or present.id == key.id else None, copy) if one)
        has_variable = bool(environ.get(KEY_VARIABLE))
        if stored is None:
            return AddedKey(key.id, files, aside, 0, 0, 0, key.id, has_variable)
        # As it is without the variable: a variable is of this shell, the files are what was asked for.
        opened = open_keyring(root, stored, _without_variable(environ), home)
        missing = [one for name, one in opened.roots.items() if name not in opened.own]
        if missing:
            wraps = tuple(_wrap(one, opened.key.key, random) for one in missing)
            joined = StoredKeyring((*stored.wraps, *wraps), stored.replacements)
            replace_file(keyring_file(root), format_keyring(joined), root=root)
        return AddedKey(
            key.id,
            files,
            aside,
            len(opened.roots),
            len(stored.root_ids),
            len(missing),
            opened.key.key.id,
            has_variable,
        )


def find_project_key(root: Path, environ: Mapping[str, str], home: Path | None = None) -> ProjectKey | None:
    """
    Return the project key itself, for `llmentary key show`; None where nothing was ever approved.

    Raises:
        KeyringError: as in `load_keyring`.
    """
    stored = read_keyring(root)
    return None if stored is None else open_keyring(root, stored, environ, home).key.key


# --- keys ---


def _start_keyring(
    root: Path, environ: Mapping[str, str], random: Random, home: Path | None
) -> StoredKeyring:
    own = find_own_keys(root, environ)
    if own:
        _check_added(root, own[0], environ, home, has_keyring=False)
        found = own[0]
    else:
        found = _make_key(root, environ, random, home)
    stored = StoredKeyring((_wrap(_new_root(1, random), found.key, random),))
    create_file(keyring_file(root), format_keyring(stored), root=root)
    return read_keyring(root) or stored


def _make_key(root: Path, environ: Mapping[str, str], random: Random, home: Path | None) -> FoundKey:
    key = ProjectKey.from_bytes(random(KEY_SIZE))
    keep_copy(key, environ, home)  # before the key: by it the key is known to be this user's
    create_key(root, key)
    # Read back, not taken from memory: whatever stands there now is the key.
    own = find_own_keys(root, environ)
    if not own:
        raise KeyMissingError(f"the project key `{key_file(root)}` vanished while it was made; try again")
    return own[0]


def _check_known(root: Path, opened: Opened, environ: Mapping[str, str], home: Path | None) -> None:
    _check_used(opened)
    _check_added(root, opened.key, environ, home, has_keyring=True)


def _check_used(opened: Opened) -> None:
    """
    Check that the key in the project's file is the one that opens the keyring, and no copy has to stand in.
    """
    if opened.unused is not None:
        raise KeyWrongError(
            f"`{opened.unused.place}` holds key {opened.unused.key.id}, but the keyring of this branch opens "
            f"with key {opened.key.key.id}, of which you have the copy `{opened.key.place}`; that copy judges "
            "answers, but approves none; merge the branch on which the key was rotated, or, if none was, run "
            f"`llmentary key add < {opened.key.place}`"
        )


def _check_added(
    root: Path, found: FoundKey, environ: Mapping[str, str], home: Path | None, *, has_keyring: bool
) -> None:
    """
    Check that a key in the project's file did not just come with the files: its maker could read what is approved.
    """
    if found.place != str(key_file(root)) or is_known(found.key, environ, home):
        return
    stranger = (
        "run `llmentary key rotate`, which puts a new key in its place" if has_keyring else "remove the file"
    )
    raise KeyUnknownError(
        f"you neither made nor added the project key in `{found.place}` (key {found.key.id}), and whoever made "
        "it could read what you approve; if a colleague gave it to you, run "
        f"`llmentary key add < {found.place}`; if it came with somebody else's files, {stranger}"
    )


def _present_key(root: Path) -> ProjectKey | None:
    """
    Return the key in the project's file; None where there is none, or what is there is no key.
    """
    path = key_file(root)
    try:
        key = read_key(path, root)
    except KeyUnreadableError as exc:
        if isinstance(exc.__cause__, OSError):
            raise
        return None
    if key is not None:
        check_ignored(path)
    return key


def _without_variable(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name != KEY_VARIABLE}


# --- roots ---


def _keyring(stored: StoredKeyring, opened: Opened) -> Keyring:
    return Keyring(
        roots=opened.roots,
        current=opened.own[max(opened.own, key=_rank)],
        key_id=opened.key.key.id,
        place=opened.key.place,
        closed=tuple(sorted(stored.root_ids - opened.roots.keys())),
    )


def _new_root(number: int, random: Random) -> Root:
    return Root(f"r{number}-{random(4).hex()}", random(KEY_SIZE))


def _rank(root_id: str) -> tuple[int, str]:
    found = _ROOT_ID.fullmatch(root_id)
    return (int(found[1]) if found else 0, root_id)


def _wrap(root: Root, key: ProjectKey, random: Random) -> Document:
    return {**wrap_root(root, key, nonce=random(NONCE_SIZE)), "key": key.id}
