"""
Write files whole: a reader sees the old content or the new one, never a part of either.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from llmentary_regression.core.errors import StoreWriteError

from ._opening import UnsafeFileError, is_momentary, safe_path
from ._orphans import temporary_beside

_ATTEMPTS = 60
_MAX_SINGLE_SYNCS = 16
"""More files than this are synced by one call for the whole system, which is much faster."""
_PAUSE_S = 0.02


class PartialWriteError(StoreWriteError):
    """
    Some files of several were changed, and then one could not be.

    Args:
        path: the one that could not be.
        cause: why.
        changed: what was changed before.
        total: how many there were to change.
        names: what to call those that were changed; by default, their file names.
    """

    def __init__(
        self,
        path: Path,
        cause: OSError,
        changed: Sequence[Path],
        total: int,
        names: Iterable[str] | None = None,
    ) -> None:
        self.cause = cause
        self.changed = tuple(changed)
        self.total = total
        named = ", ".join(f"`{file.name}`" for file in changed) if names is None else "; ".join(names)
        super().__init__(
            path,
            f"cannot be written ({cause.strerror or cause}); changed before: {named}; the other "
            f"{total - len(changed)} of {total} are as they were; make room or the folder writable, then run the "
            "command again",
        )


def replace_file(
    path: Path, data: bytes, *, root: Path | None = None, mode: int | None = None, syncs: bool = True
) -> None:
    """
    Put `data` at `path` in one step, creating missing folders.

    Args:
        path: the file; without `root`, a symbolic link there is replaced itself, and what it points at is never
            written.
        root: the project that the file belongs to, as in `read_file`.
        mode: permission bits; by default those of the file that is replaced, else what the system gives.
        syncs: whether it has to survive a power cut.

    Raises:
        StoreWriteError: the folder or disk refuses; what stood at `path` still stands there.
    """
    try:
        place = path if root is None else safe_path(path, root)
        place.parent.mkdir(parents=True, exist_ok=True)
        if mode is None:
            mode = _mode_of(place)
        temporary = _write_beside(place, data, mode, syncs=syncs)
        try:
            _replace(temporary, place)
        except BaseException:
            _discard(temporary)
            raise
        if syncs:
            _sync_folder(place.parent)
    except OSError as exc:
        raise StoreWriteError(path, _refusal(exc)) from exc


def replace_files(writes: Mapping[Path, bytes], removed: Iterable[Path] = (), *, root: Path) -> None:
    """
    Put several files of the project at `root` in place and remove others, as nearly as one step as file systems
    allow.

    Every new content lies synced beside its target before the first target is touched; so a full disk or a
    folder without permission changes nothing. What can still fail then is one of the renames.

    Raises:
        StoreWriteError: nothing was changed, or, if a rename failed, which files were.
    """
    gone = tuple(removed)
    if not writes and not gone:
        return
    syncs_at_once = len(writes) > _MAX_SINGLE_SYNCS and hasattr(os, "sync")
    temporaries: dict[Path, Path] = {}
    done: list[Path] = []
    path = next(iter(writes), None) or gone[0]
    try:
        try:
            for path in (*writes, *gone):
                safe_path(path, root)
            for folder in {path.parent for path in writes}:
                folder.mkdir(parents=True, exist_ok=True)
            for path, data in writes.items():
                temporaries[path] = _write_beside(path, data, _mode_of(path), syncs=not syncs_at_once)
            if syncs_at_once:
                os.sync()
            for path, temporary in temporaries.items():
                _replace(temporary, path)
                done.append(path)
            for path in gone:
                path.unlink(missing_ok=True)
                done.append(path)
        except BaseException:
            for temporary in temporaries.values():
                _discard(temporary)
            raise
        for folder in {path.parent for path in done}:
            if folder.is_dir():
                _sync_folder(folder)
    except OSError as exc:
        if not done:
            raise StoreWriteError(path, _refusal(exc)) from exc
        raise PartialWriteError(path, exc, done, len(writes) + len(gone)) from exc


def create_file(path: Path, data: bytes, *, root: Path, mode: int | None = None) -> bool:
    """
    Put `data` at `path`, in the project at `root`, in one step unless something is there already; whole or not at all.

    Hold the project's lock: where the file system has no hard links, only the lock keeps two writers apart.

    Returns:
        Whether this call made the file.

    Raises:
        StoreWriteError: the folder or disk refuses.
    """
    try:
        safe_path(path, root)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _write_beside(path, data, mode)
        try:
            created = _move_without_replacing(temporary, path)
        finally:
            _discard(temporary)
        if created:
            _sync_folder(path.parent)
    except OSError as exc:
        raise StoreWriteError(path, _refusal(exc)) from exc
    return created


def _mode_of(path: Path) -> int | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return stat.S_IMODE(found.st_mode) if stat.S_ISREG(found.st_mode) else None


def _write_beside(path: Path, data: bytes, mode: int | None, *, syncs: bool = True) -> Path:
    temporary = temporary_beside(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    # The mode is set from the start: a secret must not be readable even for the moment before a chmod.
    descriptor = os.open(temporary, flags, 0o666 if mode is None else mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if syncs:
                _sync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
    except BaseException:
        _discard(temporary)
        raise
    return temporary


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        # fsync on macOS leaves the data in the drive's cache; not every file system knows the better call.
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems refuse to sync folders; the file itself is synced already.
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(source: Path, target: Path) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
            return
        except PermissionError as exc:
            if not is_momentary(exc) or attempt == _ATTEMPTS - 1:
                raise
        time.sleep(_PAUSE_S)


def _move_without_replacing(source: Path, target: Path) -> bool:
    try:
        target.hardlink_to(source)
    except FileExistsError:
        return False
    except OSError:
        # No hard links here (FAT, some network shares). Windows renames without replacing; elsewhere the
        # project's lock, which the caller holds, makes check and rename one step.
        if os.path.lexists(target):
            return False
        source.rename(target)
    return True


def _discard(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _refusal(exc: OSError) -> str:
    reason = exc.strerror or exc
    if isinstance(exc, UnsafeFileError):
        return f"{reason}; nothing was changed"
    return (
        f"cannot be written ({reason}); nothing was changed; make room or the folder writable, then try again"
    )
