"""
The project key on this machine: where it may lie, and reading and keeping it there.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.crypto import ProjectKey
from llmentary_regression.core.errors import KeyUnreadableError, StoreWriteError
from llmentary_regression.storage.files import (
    UnsafeFileError,
    create_file,
    project_folder,
    read_file,
    replace_file,
)
from llmentary_regression.storage.user import make_private_folder, user_folder

from ._ignored import check_ignored

KEY_VARIABLE = "LLMENTARY_KEY"
"""One key; several, with commas between, while branches differ."""
_BETWEEN_KEYS = re.compile(r"[,;\s]+")
_PRIVATE = 0o600
_OTHERS = 0o077
_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class FoundKey:
    """
    A key and the place it was found in.
    """

    key: ProjectKey
    place: str
    """`LLMENTARY_KEY`, or the path of a file."""


def key_file(root: Path) -> Path:
    """
    Return where a project's key lies.
    """
    return project_folder(root) / "key"


def copies_folder(environ: Mapping[str, str], home: Path | None) -> Path:
    """
    Return where the user's copies of keys lie, each under its key's id.
    """
    return (home if home is not None else user_folder(environ)) / "keys"


def find_own_keys(root: Path, environ: Mapping[str, str]) -> list[FoundKey]:
    """
    Return the keys that this project was given: those of `LLMENTARY_KEY`, else the one of its key file.

    Raises:
        KeyUnreadableError: there is one, but it cannot be read or is no key.
        KeyExposedError: git tracks the key file, or could.
    """
    text = environ.get(KEY_VARIABLE)
    if text:
        return _read_variable(text)
    path = key_file(root)
    key = read_key(path, root)
    if key is None:
        return []
    check_ignored(path)
    return [FoundKey(key, str(path))]


def _read_variable(text: str) -> list[FoundKey]:
    parts = [part for part in _BETWEEN_KEYS.split(text) if part] or [""]
    place = f"the variable {KEY_VARIABLE}"
    found: dict[str, FoundKey] = {}
    for number, part in enumerate(parts, 1):
        which = place if len(parts) == 1 else f"key {number} of {len(parts)} in {place}"
        key = _key_from(part, which, "set it to" if len(parts) == 1 else "replace it with")
        found.setdefault(key.id, FoundKey(key, KEY_VARIABLE))
    return list(found.values())


def find_copies(key_ids: Iterable[str], environ: Mapping[str, str], home: Path | None) -> Iterator[FoundKey]:
    """
    Yield the user's copies of the keys with these ids.
    """
    folder = copies_folder(environ, home)
    for key_id in key_ids:
        # The ids come from a committed file: nothing but an id may become a path.
        if key_id.isalnum():
            with suppress(KeyUnreadableError):  # one bad copy of a key is as good as none
                key = read_key(folder / key_id)
                if key is not None:
                    yield FoundKey(key, str(folder / key_id))


def create_key(root: Path, key: ProjectKey) -> bool:
    """
    Put a first key into the project, unless it has one. Hold the project's lock.

    Returns:
        Whether the key was put there.

    Raises:
        StoreWriteError: the folder or disk refuses.
    """
    return create_file(key_file(root), _content(key), root=root, mode=_PRIVATE)


def replace_key(root: Path, key: ProjectKey) -> None:
    """
    Put a new key in the place of the project's key.

    Raises:
        StoreWriteError: the folder or disk refuses; the old key is still there.
    """
    replace_file(key_file(root), _content(key), root=root, mode=_PRIVATE)


def keep_copy(key: ProjectKey, environ: Mapping[str, str], home: Path | None) -> Path | None:
    """
    Keep a copy of the key for the user; return its path, or None where the user's folder refuses.

    Approving must not fail for want of a copy, such as in a container without a home folder.
    """
    folder = copies_folder(environ, home)
    path = folder / key.id
    try:
        make_private_folder(folder)
        create_file(
            folder / ".gitignore", b"*\n", root=folder
        )  # the user's settings may lie in a repository as well
        if not path.exists() or read_file(path) != _content(key):
            replace_file(path, _content(key), mode=_PRIVATE)
    except (OSError, RuntimeError, StoreWriteError):
        return None
    return path


def is_known(key: ProjectKey, environ: Mapping[str, str], home: Path | None) -> bool:
    """
    Return whether the user made or added the key, which leaves a copy in the user's folder.

    Where that folder can keep no copy, such as in a container without a home, there is nothing to go by.
    """
    folder = copies_folder(environ, home)
    path = folder / key.id
    try:
        if read_file(path) == _content(key):
            return True
    except OSError:
        pass
    existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    return not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK))


def set_aside(root: Path, key: ProjectKey) -> Path:
    """
    Keep a key that is about to be replaced beside the key file, under its id; git ignores it there as well.

    Raises:
        StoreWriteError: the folder or disk refuses.
    """
    path = key_file(root).with_name(f"key.{key.id}")
    create_file(path, _content(key), root=root, mode=_PRIVATE)
    return path


def is_private(path: Path) -> bool:
    """
    Return whether only its owner can read the file; always so on Windows, where the folder decides.
    """
    if os.name == "nt":
        return True
    try:
        return not stat.S_IMODE(path.stat().st_mode) & _OTHERS
    except OSError:
        return True


def _content(key: ProjectKey) -> bytes:
    return f"{key.to_text()}\n".encode("ascii")


def read_key(path: Path, root: Path | None = None) -> ProjectKey | None:
    """
    Return the key of a file, or None where there is none.

    Args:
        path: the file.
        root: the project that it belongs to, if it is none of the user's copies.

    Raises:
        KeyUnreadableError: it cannot be read, or is no key.
    """
    try:
        data = read_file(path, root=root, limit=_MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnsafeFileError as exc:
        raise KeyUnreadableError(f"cannot read the project key: `{path}` {exc.strerror}") from exc
    except OSError as exc:
        raise KeyUnreadableError(
            f"cannot read the project key `{path}` ({exc.strerror or exc}); make the file readable for you"
        ) from exc
    return _key_from(data.decode("ascii", errors="replace"), f"`{path}`", "put back")


def _key_from(text: str, place: str, fix: str) -> ProjectKey:
    try:
        return ProjectKey.from_text(text)
    except ValueError:
        # `from None`: a traceback must not lead to the text, which may be nearly the key.
        raise KeyUnreadableError(
            f"{place} holds no project key (32 bytes in base64); {fix} the key that the project was "
            "approved with, as `llmentary key show` prints it where it works"
        ) from None
