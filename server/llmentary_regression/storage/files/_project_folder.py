"""
The `.llmentary` folder of a project: what llmentary writes there for git, and the lock for one writer at a time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from llmentary_regression.core.errors import StoreError, StoreWriteError

from ._opening import OWN_FOLDER, UnsafeFileError, is_link, read_file, safe_path
from ._replace import replace_file

_GIT_IGNORE = ("/key*", "!/keyring.json", "/lock", "/lock.owner", "/history/", "*.tmp")
"""The project key above all: who has it can test guesses at approved answers."""
_GIT_ATTRIBUTES = (
    "keyring.json text eol=lf merge=union",
    "baselines/**/*.json text eol=lf merge=text diff=llmentary linguist-generated",
)
"""
Roots of both branches are kept. Baselines merge as text does: one file a case, so that what two branches did
to one case conflicts and nothing else does; hosting sites fold them away.
"""


def project_folder(root: Path) -> Path:
    """
    Return llmentary's folder in the project at `root`.
    """
    return root / OWN_FOLDER


def prepare_folder(root: Path) -> None:
    """
    Create the folder, and let git ignore what is secret or temporary and merge the rest line by line.

    Lines that the developer added stay.

    Raises:
        StoreWriteError: the folder or disk refuses.
    """
    folder = project_folder(root)
    _add_lines(root, folder / ".gitignore", _GIT_IGNORE)
    _add_lines(root, folder / ".gitattributes", _GIT_ATTRIBUTES)


def _add_lines(root: Path, path: Path, lines: tuple[str, ...]) -> None:
    try:
        text = read_file(path, root=root).decode("utf-8")
    except FileNotFoundError:
        text = ""
    except NotADirectoryError as exc:
        raise StoreWriteError(path.parent, "is not a folder; move it away and try again") from exc
    except UnsafeFileError as exc:
        raise StoreError(path, f"{exc.strerror}; nothing was changed") from exc
    except OSError as exc:
        raise StoreError(path, f"cannot be read ({exc.strerror}); make it readable and try again") from exc
    except UnicodeDecodeError as exc:
        raise StoreError(path, "is not UTF-8; save it as UTF-8 and try again") from exc
    present = {line.strip() for line in text.split("\n")}
    missing = [line for line in lines if line not in present]
    if missing:
        if text and not text.endswith("\n"):
            text += "\n"
        replace_file(path, (text + "".join(f"{line}\n" for line in missing)).encode(), root=root)


@contextmanager
def project_lock(root: Path, *, timeout_s: float = 20.0) -> Iterator[None]:
    """
    Hold the project's lock for the length of a `with` block. It is not reentrant.

    Raises:
        StoreWriteError: another process keeps the lock, or the folder cannot hold one.
    """
    prepare_folder(root)
    with file_lock(project_folder(root) / "lock", root=root, timeout_s=timeout_s):
        yield


@contextmanager
def file_lock(path: Path, *, root: Path | None = None, timeout_s: float = 20.0) -> Iterator[None]:
    """
    Hold the lock file at `path`, whose folder exists, for the length of a `with` block.

    Args:
        path: the lock file.
        root: the project that it belongs to, as in `read_file`.
        timeout_s: how long to wait for another process.

    Raises:
        StoreWriteError: another process keeps the lock, or the folder cannot hold one.
    """
    # Imported where it is needed: it costs tens of milliseconds and only writers lock.
    from filelock import Timeout

    # Not `FileLock`, which may silently become a lock that a crash leaves behind forever.
    if sys.platform == "win32":
        from filelock import WindowsFileLock as NativeLock
    else:
        from filelock import UnixFileLock as NativeLock

    lock = NativeLock(path, timeout=timeout_s, fallback_to_soft=False, preserve_lock_file=True)
    try:
        if root is not None:
            safe_path(path, root)
        lock.acquire()
    except Timeout as exc:
        raise StoreWriteError(path, _who_holds(path, timeout_s)) from exc
    except (OSError, NotImplementedError) as exc:
        reason = (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
        raise StoreWriteError(
            path, f"cannot be locked ({reason}); nothing was changed; make the folder writable and try again"
        ) from exc
    try:
        _note_holder(path)
        yield
    finally:
        lock.release()


def _owner_file(path: Path) -> Path:
    # Beside the lock, not in it: Windows forbids reading the locked bytes.
    return path.with_name(path.name + ".owner")


def _note_holder(path: Path) -> None:
    file = _owner_file(path)
    flags = (
        os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    with suppress(OSError):  # it is needed only for a message
        if file.exists() and is_link(file.lstat()):
            return
        descriptor = os.open(file, flags, 0o666)
        try:
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        finally:
            os.close(descriptor)


def _who_holds(path: Path, timeout_s: float) -> str:
    holder = "another process"
    with suppress(OSError, ValueError):
        holder = f"process {int(read_file(_owner_file(path)).decode('ascii'))}"
    return (
        f"is held by {holder} for more than {timeout_s:g} s, so nothing was changed; "
        "look for a running `llmentary` command or an editor's llmentary server, end it or wait, "
        "then try again"
    )
