"""
Open files whose folder somebody else may have filled: plain files of bounded size, inside the project, by no link.

A repository can hold links, pipes and endless devices under any name. All reading and writing of project files
goes through here, so that none of these is followed, waited for or read without end.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

MAX_BYTES = 16 * 1024 * 1024
"""Of one file that we read: many times the largest suite that makes sense, and little memory."""
MAX_SETTINGS_BYTES = 1024 * 1024
MAX_CHOSEN_BYTES = 1024 * 1024 * 1024
OWN_FOLDER = ".llmentary"

_ATTEMPTS = 60
_PAUSE_S = 0.02
_SHARING_ERRORS = frozenset({5, 32, 33})
"""Windows: access denied, sharing or lock violation; a scanner or reader has the file for a moment."""
_CHUNK = 1024 * 1024
_MOUNT_POINT = 0xA0000003
"""Windows' reparse tag of a junction: a link between folders that `S_ISLNK` does not know."""
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe that appears under the name must not be waited for
)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


class UnsafeFileError(OSError):
    """
    What lies at a path is not opened: it is no plain file, leads outside, or is too large.

    An `OSError`, so that whoever reports unreadable files reports this, with `strerror` as the reason.
    """

    def __init__(self, path: Path, reason: str, number: int = errno.EPERM) -> None:
        super().__init__(number, reason, str(path))


def read_file(path: Path, *, root: Path | None = None, limit: int = MAX_BYTES) -> bytes:
    """
    Return a plain file's bytes; on Windows, wait for a writer that is just replacing it.

    Args:
        path: the file.
        root: the project that the file belongs to: a path below it must not lead outside, and below
            `.llmentary` nothing may be a link. None for a file of the user's own, which may lie anywhere.
        limit: how many bytes it may have.

    Raises:
        UnsafeFileError: it is no plain file, leads outside, or is too large.
        OSError: what the last attempt met, `FileNotFoundError` included.
    """
    place = path if root is None else safe_path(path, root)
    for attempt in range(_ATTEMPTS):
        try:
            return _read(place, path, limit, follows=root is None)
        except PermissionError as exc:
            if not is_momentary(exc) or attempt == _ATTEMPTS - 1:
                raise
        time.sleep(_PAUSE_S)
    raise AssertionError("unreachable: the last attempt returns or raises")


def read_chosen(path: Path) -> bytes:
    """
    Return the bytes of a file that the user named on the command line, which may well be a pipe.

    Raises:
        OSError: it cannot be read, or never ends.
    """
    with path.open("rb") as file:
        data = file.read(MAX_CHOSEN_BYTES + 1)
    if len(data) > MAX_CHOSEN_BYTES:
        raise _too_large(path, MAX_CHOSEN_BYTES)
    return data


def safe_path(path: Path, root: Path) -> Path:
    """
    Return where `path` really lies; what is below `.llmentary` lies where it says, or is refused.

    A path that does not start with the root was named by the user, and may lie anywhere.

    Raises:
        UnsafeFileError: it says that it lies below `root`, but a link leads it outside, or it has a link below
            `.llmentary`.
    """
    named = Path(os.path.normpath(path)) if ".." in path.parts else path
    try:
        parts = named.relative_to(root).parts
    except ValueError:
        return path
    if OWN_FOLDER in parts[:1]:
        path, place = named, root
        for part in parts:
            place = place / part
            try:
                found = place.lstat()
            except OSError:
                break  # not there, or closed to us: nothing below it can be opened by a link either
            if is_link(found):
                raise UnsafeFileError(
                    path,
                    f"`{place.relative_to(root).as_posix()}` is a link; replace it by what it stands for",
                )
        return path
    # Not `resolve()`, which raises other errors for links in a circle, depending on the version.
    real, real_root = os.path.realpath(path), os.path.realpath(root)
    if not Path(real).is_relative_to(real_root):
        raise UnsafeFileError(path, "is a link that leads outside the project; put a copy in its place")
    return Path(real)


def is_link(found: os.stat_result) -> bool:
    """
    Return whether `lstat` found a symbolic link, or on Windows a junction.
    """
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _MOUNT_POINT


def is_momentary(exc: PermissionError) -> bool:
    """
    Return whether waiting helps: on Windows another program has the file open.
    """
    return getattr(exc, "winerror", None) in _SHARING_ERRORS


def _read(place: Path, path: Path, limit: int, *, follows: bool) -> bytes:
    # Before it is opened: opening alone already has effects on some devices.
    _check_plain(place.stat() if follows else place.lstat(), path, limit)
    descriptor = os.open(place, _FLAGS if follows else _FLAGS | _NO_FOLLOW)
    try:
        size = _check_plain(os.fstat(descriptor), path, limit)
        data = bytearray()
        # It may grow meanwhile, and some file systems tell no size.
        while len(data) <= limit and (chunk := os.read(descriptor, min(max(size + 1, 4096), _CHUNK))):
            data += chunk
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise _too_large(path, limit)
    return bytes(data)


def _check_plain(found: os.stat_result, path: Path, limit: int) -> int:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise UnsafeFileError(path, "is not a plain file; put one in its place")
    if found.st_size > limit:
        raise _too_large(path, limit)
    return found.st_size


def _too_large(path: Path, limit: int) -> UnsafeFileError:
    megabytes = limit // (1024 * 1024)
    return UnsafeFileError(path, f"is larger than {megabytes} MB; make it smaller or split it", errno.EFBIG)
