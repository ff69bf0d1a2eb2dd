"""
Between paths and the URIs that clients send.

Apart from `positions`, since the server needs it before the rest is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path


def path_of(uri: str) -> Path | None:
    """
    Return the file that a URI names, or None if it names no file, such as that of an unsaved document.
    """
    if not uri.startswith("file:"):
        return None
    text = to_fs_path(uri)
    return Path(os.path.abspath(text)) if text else None  # noqa: PTH100 - a symbolic link stays as named


def uri_of(path: Path) -> str:
    """
    Return a file's URI.
    """
    return from_fs_path(str(path)) or path.as_uri()


def file_key(path: Path) -> str:
    """
    Return a key that is equal for all spellings of one file: `C:` and `c:`, or a path through a symbolic link.
    """
    return os.path.normcase(os.path.realpath(path))
