"""
Where a running language server says how an application can reach it: a small file for this user's eyes only.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.storage.files import read_file, replace_file

from ._folder import HOME_VARIABLE, make_private_folder, user_folder


@dataclass(frozen=True, slots=True, repr=False)
class InboxAddress:
    """
    How to reach a running server that takes captures of a project.
    """

    address: str
    secret: str
    file: Path

    def __repr__(self) -> str:
        return f"InboxAddress({self.address})"


def announce(root: Path, address: str, secret: str, environ: Mapping[str, str]) -> Path:
    """
    Publish where applications of the project at `root` can send captures; remove the file when that ends.

    Raises:
        StoreWriteError, OSError: the user's folder refuses.
    """
    folder = _folder(environ)
    make_private_folder(folder.parent)
    make_private_folder(folder)
    path = folder / f"{_digest(root)}-{os.getpid()}.json"
    replace_file(path, json.dumps({"address": address, "secret": secret}).encode(), mode=0o600)
    return path


def find_inboxes(root: Path, environ: Mapping[str, str]) -> list[InboxAddress]:
    """
    Return where captures of the project at `root` can be sent, the newest first; some may be gone.
    """
    found: list[tuple[float, InboxAddress]] = []
    with suppress(OSError):
        for path in _folder(environ).glob(f"{_digest(root)}-*.json"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                status = path.lstat()
                if not _is_private(status):
                    continue  # somebody else may have put it there
                document = json.loads(read_file(path))
                inbox = InboxAddress(str(document["address"]), str(document["secret"]), path)
                found.append((status.st_mtime, inbox))
    return [inbox for _, inbox in sorted(found, key=lambda one: one[0], reverse=True)]


def withdraw(file: Path) -> None:
    """
    Remove an announcement.
    """
    with suppress(OSError):
        file.unlink()


def _folder(environ: Mapping[str, str]) -> Path:
    runtime = environ.get("XDG_RUNTIME_DIR")
    if runtime and not environ.get(HOME_VARIABLE) and Path(runtime).is_dir():
        return Path(runtime) / "llmentary" / "training"
    return user_folder(environ) / "training"


def _digest(root: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.normcase(root.resolve()))).hexdigest()[:16]


def _is_private(status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return stat.S_ISREG(status.st_mode)
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
