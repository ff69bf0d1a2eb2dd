"""
Start other programs: found on PATH alone, never in the folder one happens to be in, and without the project key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

_HIDDEN = frozenset({"LLMENTARY_KEY"})


def without_key(environ: Mapping[str, str]) -> dict[str, str]:
    """
    Return an environment without the project key, for every process that we start.
    """
    return {name: value for name, value in environ.items() if name.upper() not in _HIDDEN}


def find_program(name: str, environ: Mapping[str, str]) -> Path | None:
    """
    Return the absolute path of a program on PATH, or None.

    Not `shutil.which` and not a bare name: on Windows both look into the current folder first, which may be a
    stranger's. An entry of PATH that is empty or relative means the current folder too.
    """
    return find_in(_folders(environ), name, environ)


def find_in(folders: Iterable[Path], name: str, environ: Mapping[str, str]) -> Path | None:
    """
    Return the first program of this name in the folders, or None.
    """
    for folder in folders:
        for ending in _endings(name, environ):
            path = folder / f"{name}{ending}"
            if path.is_file() and os.access(path, os.X_OK):
                return path
    return None


def absolute_folders(path: str) -> list[Path]:
    """
    Return the folders of a PATH that are the same wherever one is.
    """
    entries = [Path(entry.strip('"')) for entry in path.split(os.pathsep) if entry]
    return [entry for entry in entries if entry.is_absolute()]


def _folders(environ: Mapping[str, str]) -> list[Path]:
    return absolute_folders(environ.get("PATH", ""))


def _endings(name: str, environ: Mapping[str, str]) -> list[str]:
    if os.name != "nt":
        return [""]
    known = [one for one in environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if one]
    is_whole = any(name.lower().endswith(one.lower()) for one in known)
    return ["", *known] if is_whole else known
