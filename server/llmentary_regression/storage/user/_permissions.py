"""
What this user allows, and no project can: folders whose code may run, and variables that HTTP headers may hold.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.files import file_lock, read_file, replace_file

from ._folder import can_others_write, make_private_folder, user_folder


def is_trusted(folder: Path, home: Path | None = None) -> bool:
    """
    Return whether `folder`, or one that it lies in, was trusted. A damaged list trusts nothing.

    Args:
        home: the user's folder for llmentary, if not the usual one.
    """
    trusted = _read(_list_file(home))
    place = Path(_real(folder))
    return any(str(one) in trusted for one in (place, *place.parents))


def trust(folder: Path, home: Path | None = None) -> None:
    """
    Allow what lies in `folder` to run.

    Raises:
        StoreWriteError: the user's folder refuses the write.
    """
    _change(folder, home, is_trusted=True)


def untrust(folder: Path, home: Path | None = None) -> None:
    """
    Revoke the trust in `folder`; trust in a folder around it stays.

    Raises:
        StoreWriteError: the user's folder refuses the write.
    """
    _change(folder, home, is_trusted=False)


def _change(folder: Path, home: Path | None, *, is_trusted: bool) -> None:
    path = _list_file(home)
    try:
        make_private_folder(path.parent)
    except OSError as exc:
        raise StoreWriteError(
            path.parent, f"cannot be made ({exc.strerror or exc}); set LLMENTARY_HOME to a folder of yours"
        ) from exc
    with file_lock(path.with_name("trusted.lock")):
        before = _read(path)
        after = before | {_real(folder)} if is_trusted else before - {_real(folder)}
        if after != before:
            text = json.dumps({"format": 1, "folders": sorted(after)}, ensure_ascii=False, indent=2)
            replace_file(path, f"{text}\n".encode("utf-8", errors="surrogateescape"), mode=0o600)


def _list_file(home: Path | None) -> Path:
    return (home if home is not None else user_folder()) / "trusted.json"


def _real(folder: Path) -> str:
    # Links are followed: the code is trusted, whatever path leads to it.
    return os.path.normcase(folder.resolve())


def _read(path: Path) -> frozenset[str]:
    if can_others_write(path):
        return frozenset()
    try:
        content = json.loads(read_file(path).decode("utf-8", errors="surrogateescape"))
    except (OSError, ValueError):
        return frozenset()
    folders = content.get("folders") if isinstance(content, dict) else None
    return (
        frozenset(one for one in folders if isinstance(one, str))
        if isinstance(folders, list)
        else frozenset()
    )


VARIABLE = "LLMENTARY_HTTP_ENV"
FILE = "http-env"


def allow_http_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """
    Return the environment for workers, with the allowed names of the environment and of the user's folder.
    """
    allowed = allowed_http_variables(environ)
    return {**environ, VARIABLE: allowed} if allowed else dict(environ)


def allowed_http_variables(environ: Mapping[str, str]) -> str:
    """
    Return what the user allows, as words.

    Each is `NAME`, or `NAME@host` for one host alone; the file `http-env` has one a line.
    """
    words = environ.get(VARIABLE, "").replace(",", " ").split()
    path = user_folder(environ) / FILE
    try:
        text = "" if can_others_write(path) else read_file(path).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    words += [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    return " ".join(words)
