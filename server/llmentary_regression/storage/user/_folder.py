"""
The folder for what belongs to the user and not to a project: copies of keys, trusted folders.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

HOME_VARIABLE = "LLMENTARY_HOME"


def user_folder(environ: Mapping[str, str] | None = None) -> Path:
    """
    Return the user's configuration folder for llmentary; `LLMENTARY_HOME` overrides it.
    """
    chosen = (environ or {}).get(HOME_VARIABLE) or os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen)
    # Imported here: a run whose key lies in the project never asks.
    from platformdirs import user_config_path

    return user_config_path("llmentary", appauthor=False)


def make_private_folder(folder: Path) -> None:
    """
    Make `folder` for this user's eyes only, and so those above it that are missing; an existing one is left as
    it is.

    Raises:
        OSError: it cannot be made.
    """
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def can_others_write(path: Path) -> bool:
    """
    Return whether another user may have written `path`, or put it where it lies; never so on Windows.
    """
    if os.name == "nt":
        return False
    owners = {0, os.geteuid()}
    try:
        found = [path.stat(), path.parent.stat()]
    except OSError:
        return False  # it is not there
    return any(one.st_uid not in owners or one.st_mode & 0o022 for one in found)
