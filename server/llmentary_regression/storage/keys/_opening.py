"""
Find the keys that open a project's keyring, and say it well where none does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.crypto import Root
from llmentary_regression.core.errors import KeyMissingError, KeyUnreadableError, KeyWrongError
from llmentary_regression.core.safe_text import one_line

from ._keyfile import KEY_VARIABLE, FoundKey, find_copies, find_own_keys, key_file
from ._keyring_file import StoredKeyring, keyring_file, open_roots

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """
    The keys at hand that open something, and what they open.
    """

    key: FoundKey
    """The first: of `LLMENTARY_KEY` or the key file, else a copy of the user's."""
    own: Mapping[str, Root]
    """The roots that this key opens. New fingerprints derive from one of them, never from another key's."""
    roots: Mapping[str, Root]
    """By id, all that the keys at hand open."""
    unused: FoundKey | None = None
    """The key in the project's file, where it opens nothing and a copy had to."""


def open_keyring(root: Path, keyring: StoredKeyring, environ: Mapping[str, str], home: Path | None) -> Opened:
    """
    Open a keyring with the keys at hand: those of `LLMENTARY_KEY`, or else the key file's and the user's copies.

    Raises:
        KeyMissingError: there is no key.
        KeyUnreadableError: a key cannot be read, or is none.
        KeyWrongError: no key opens a root.
        KeyExposedError: git tracks the key file, or could.
    """
    try:
        own = find_own_keys(root, environ)
    except KeyUnreadableError as exc:
        # Not used in its stead: a key that cannot be read is a fault that somebody should fix.
        copies = [] if environ.get(KEY_VARIABLE) else find_copies(keyring.key_ids, environ, home)
        copy = next((one for one in copies if open_roots(root, keyring, one.key)), None)
        if copy is None:
            raise
        raise KeyUnreadableError(f"{exc}; your copy `{copy.place}` opens the keyring") from exc
    opening: list[tuple[FoundKey, dict[str, Root]]] = []
    roots: dict[str, Root] = {}

    def take(found: FoundKey) -> None:
        opened = open_roots(root, keyring, found.key)
        if opened:
            opening.append((found, opened))
            for name, one in opened.items():
                roots.setdefault(name, one)

    for found in own:
        take(found)
    if not opening and any(keyring.replacement_of(found.key.id) for found in own):
        # No copy stands in for a key that was rotated: the person is to be told.
        raise _refusal(root, keyring, own, environ, home)
    if not environ.get(KEY_VARIABLE):
        closed = keyring.root_ids - roots.keys()
        wanted = dict.fromkeys(wrap["key"] for wrap in keyring.wraps if wrap["id"] in closed)
        for found in find_copies(wanted, environ, home):
            take(found)
    if not opening:
        raise _refusal(root, keyring, own, environ, home)
    key, of_key = opening[0]
    is_unused = bool(own) and key.place not in (KEY_VARIABLE, own[0].place)
    return Opened(key, of_key, roots, own[0] if is_unused else None)


def wrong_key(
    root: Path, keyring: StoredKeyring, key_ids: list[str], place: str, fix: str, *, has_copy: bool = False
) -> KeyWrongError:
    """
    Return the error for keys that open nothing.

    Args:
        root: the project's folder.
        keyring: what they do not open.
        key_ids: the keys.
        place: where they were found, for the message.
        fix: what to do with the right key.
        has_copy: whether the user has it, so that nobody has to be asked for it.
    """
    many = f"none of the {len(key_ids)} keys in {place} opens the keyring"
    for key_id in key_ids:
        rotation = keyring.replacement_of(key_id)
        if rotation is not None:
            when = f" on {one_line(rotation.at[:10])}" if rotation.at else ""
            name = one_line(rotation.by, _LONGEST_NAME)
            what = f"{many}: key" if len(key_ids) > 1 else f"the project key in {place} is out of date: key"
            asked = f"{name} or another colleague" if name else "a colleague"
            do = (
                f"you have a copy of the new key; {fix}"
                if has_copy
                else f"ask {asked} for the new key ({_wanted(keyring)}), as `llmentary key show` prints it, and {fix}"
            )
            return KeyWrongError(
                f"{what} {key_id} was replaced by `llmentary key rotate`{when}{f' by {name}' if name else ''}; {do}"
            )
    what = many if len(key_ids) > 1 else f"the project key in {place} is the wrong one"
    which = f"they are keys {', '.join(key_ids)}" if len(key_ids) > 1 else f"it is key {key_ids[0]}"
    return KeyWrongError(
        f"{what}: {which}, but `{keyring_file(root)}` opens with {_wanted(keyring)}; "
        f"ask a colleague for that, as `llmentary key show` prints it, and {fix}"
    )


def _refusal(
    root: Path,
    keyring: StoredKeyring,
    own: list[FoundKey],
    environ: Mapping[str, str],
    home: Path | None,
) -> KeyMissingError | KeyWrongError:
    if not own:
        return KeyMissingError(
            f"the project key is missing: neither {KEY_VARIABLE} nor `{key_file(root)}` is there, "
            f"and you have no copy of {_wanted(keyring)}; ask a colleague who can approve for what "
            "`llmentary key show` prints, and run `llmentary key add`; in CI, set the variable to it"
        )
    ids = [found.key.id for found in own]
    if own[0].place != KEY_VARIABLE:
        copy = next(find_copies(keyring.key_ids, environ, home), None)
        add = "run `llmentary key add`" if copy is None else f"run `llmentary key add < {copy.place}`"
        return wrong_key(root, keyring, ids, f"`{own[0].place}`", add, has_copy=copy is not None)
    fix = f"set {KEY_VARIABLE} to it"
    if not any(keyring.replacement_of(one) for one in ids):
        # Nothing can tell it from a wrong key: the keyring here is as it was before a rotation elsewhere.
        fix += "; while branches differ, it can hold several keys with commas between"
    return wrong_key(root, keyring, ids, KEY_VARIABLE, fix)


def _wanted(keyring: StoredKeyring) -> str:
    return f"key {' or '.join(one_line(one, _LONGEST_NAME) for one in keyring.key_ids)}"
