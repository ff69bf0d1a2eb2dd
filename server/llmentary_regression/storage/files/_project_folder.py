"""
The `.llmentary` folder of a project: what llmentary writes there for git, and the lock for one writer at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from llmentary_regression.core.errors import StoreError, StoreWriteError

from ._lock import file_lock
from ._opening import OWN_FOLDER, UnsafeFileError, read_file
from ._orphans import sweep_orphans
from ._replace import replace_file

_GIT_IGNORE = ("/key*", "!/keyring.json", "/lock", "/lock.owner", "/lock.next", "/history/", "*.tmp")
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

    Lines that the developer added stay. Where one behind ours could let git track the key again, such as
    `!/key`, ours are written behind it.

    Raises:
        StoreWriteError: the folder or disk refuses.
    """
    folder = project_folder(root)
    _add_lines(root, folder / ".gitignore", _GIT_IGNORE, _missing_to_ignore)
    _add_lines(root, folder / ".gitattributes", _GIT_ATTRIBUTES, _missing)


def _missing(present: list[str], wanted: tuple[str, ...]) -> list[str]:
    return [line for line in wanted if line not in present]


def _missing_to_ignore(present: list[str], wanted: tuple[str, ...]) -> list[str]:
    """
    Return what has to be added, so that all of `wanted` is there and holds: the last line that fits decides.
    """
    if wanted[0] in present:
        last = len(present) - 1 - present[::-1].index(wanted[0])
        if any(line.startswith("!") and line not in wanted for line in present[last:]):
            return list(wanted)
    return _missing(present, wanted)


def _add_lines(
    root: Path,
    path: Path,
    lines: tuple[str, ...],
    find_missing: Callable[[list[str], tuple[str, ...]], list[str]],
) -> None:
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
    # Not stripped at the left: to git a line that starts with a blank is another line.
    missing = find_missing([line.rstrip() for line in text.split("\n")], lines)
    if missing:
        if text and not text.endswith("\n"):
            text += "\n"
        replace_file(path, (text + "".join(f"{line}\n" for line in missing)).encode(), root=root)


@contextmanager
def project_lock(root: Path, *, timeout_s: float = 20.0) -> Iterator[None]:
    """
    Hold the project's lock for the length of a `with` block. It is not reentrant.

    What a crash left behind is removed.

    Raises:
        StoreWriteError: another process keeps the lock, or the folder cannot hold one.
    """
    prepare_folder(root)
    folder = project_folder(root)
    with file_lock(folder / "lock", root=root, timeout_s=timeout_s):
        sweep_orphans(folder)
        yield
