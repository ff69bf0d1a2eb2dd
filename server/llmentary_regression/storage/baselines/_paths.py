"""
Where the baselines of a suite lie, and which names cannot be stored.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.storage.files import Document, UnsafeFileError, project_folder, safe_path

_LONGEST_NAME = 180
"""In bytes; file systems end at 255 a name, Windows at 260 a path."""
_HASHED = re.compile(r"long-[0-9a-f]{32}")


class BaselinePaths:
    """
    The map between suites and their folders in one project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = project_folder(root) / "baselines"

    def path_of(self, suite: str) -> Path | None:
        """
        Return the folder of a suite, or None for a suite that cannot have one: it lies outside the root.
        """
        name = unicodedata.normalize("NFC", suite)
        if not _is_inside(name):
            return None
        encoded = name.encode("utf-8", errors="surrogatepass")
        if len(encoded) > _LONGEST_NAME:
            return self._folder / f"long-{hashlib.blake2b(encoded, digest_size=16).hexdigest()}"
        return self._folder / name

    def is_stored(self, suite: str) -> bool:
        """
        Return whether a folder of exactly this name is there, also where the file system ignores case.
        """
        path = self.path_of(suite)
        return path is not None and all(
            part in _composed(_names(folder)) for folder, part in self._steps(path)
        )

    def suites(self, suite_of: Callable[[Path], str | None]) -> list[str]:
        """
        Return the names of all stored suites, sorted; `suite_of` reads the name out of a hashed folder.
        """
        names = []
        for folder in self._folders(self._folder):
            if _HASHED.fullmatch(folder.name) and folder.parent == self._folder:
                name = suite_of(folder)
            else:
                name = unicodedata.normalize("NFC", folder.relative_to(self._folder).as_posix())
            if name is not None:
                names.append(name)
        return sorted(names)

    def check_all(self, suites: Iterable[str]) -> None:
        """
        See that all these suites can be stored, beside what is there and beside each other.

        Raises:
            StoreWriteError: one cannot.
        """
        folded: dict[str, str] = {}
        for suite in suites:
            self.check(suite)
            other = folded.setdefault(_fold(suite), suite)
            if other != suite:
                raise self._collision(suite, other)

    def check(self, suite: str, *, leaving: str | None = None) -> None:
        """
        See that a suite can be stored.

        Args:
            leaving: a suite whose file is about to go.

        Raises:
            StoreWriteError: it lies outside the root, or differs from a stored one in case only.
        """
        path = self.path_of(suite)
        if path is None:
            raise StoreWriteError(
                Path(suite),
                f"lies outside the project `{self._root}`, so it cannot be approved; move it inside",
            )
        try:
            safe_path(path, self._root)
        except UnsafeFileError as exc:
            raise StoreWriteError(path, str(exc.strerror)) from exc
        old = None if leaving is None else self.path_of(leaving)
        for folder, part in self._steps(path):
            names = _names(folder)
            if part in _composed(names):
                continue
            for name in names:
                if _fold(name) == _fold(part) and (old is None or not _leads_to(folder / name, old)):
                    found = (folder / name).relative_to(self._folder).as_posix()
                    raise self._collision(suite, found)
            return

    def remove_empty_folders(self, folder: Path) -> None:
        """
        Remove `folder` and those above it that hold nothing, up to the baselines' own.
        """
        with suppress(OSError):  # not empty, or not ours to remove: both are fine
            while folder != self._folder:
                folder.rmdir()
                folder = folder.parent

    def _steps(self, path: Path) -> Iterator[tuple[Path, str]]:
        folder = self._folder
        for part in path.relative_to(self._folder).parts:
            yield folder, part
            folder = folder / part

    def _folders(self, folder: Path) -> Iterator[Path]:
        """
        Yield the folders at and below `folder` that hold files of cases.
        """
        names = sorted(_names(folder))
        if folder != self._folder and any(name.endswith(".json") for name in names):
            yield folder
        for name in names:
            path = folder / name
            if not name.endswith(".json") and path.is_dir() and not path.is_symlink():
                yield from self._folders(path)

    def _collision(self, suite: str, other: str) -> StoreWriteError:
        return StoreWriteError(
            self._folder,
            f"`{suite}` and `{other}` differ in upper and lower case only, which Windows and macOS "
            "cannot keep apart; rename one",
        )


def _is_inside(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or windows.is_absolute() or windows.drive or "\0" in name or not name:
        return False
    return ".." not in posix.parts and (os.sep == "/" or ".." not in windows.parts)


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208  # names are enough
    except OSError:
        return frozenset()


def _composed(names: Iterable[str]) -> frozenset[str]:
    # Older macOS file systems list what was written in NFC decomposed.
    return frozenset(unicodedata.normalize("NFC", name) for name in names)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _leads_to(path: Path, target: Path) -> bool:
    return path == target or path in target.parents


_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Windows has no file of these names, whatever their ending."""
_MAX_SLUG = 40


def misplaced_case(file_name: str, documents: Mapping[str, Document]) -> str | None:
    """
    Return what is wrong with a file that holds a case which belongs into another file; None if all is in place.

    A copied, renamed or edited file would else count for a case that nobody approved it for, or hide another's.
    """
    for key, document in documents.items():
        name, question = document.get("name"), document.get("question")
        if (name is None or isinstance(name, str)) and isinstance(question, str):
            right = case_file_name(name, question, key)
            if unicodedata.normalize("NFC", file_name) != right:
                label = name or question.partition("\n")[0]
                return (
                    f"holds the approval of `{one_line(label, 60)}`, which belongs into `{right}`; "
                    "restore both files from version control"
                )
    return None


def case_file_name(name: str | None, question: str, key: str) -> str:
    """
    Return the name of a case's file: readable in a pull request, and safe on every system.

    The rows of a named case share its file. Without a name, the question differs from row to row, so each has
    one of its own.
    """
    identity = key if name is None else f"name {unicodedata.normalize('NFC', name)}"
    digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    text = unicodedata.normalize("NFC", (question.partition("\n")[0] if name is None else name).casefold())
    slug = re.sub(r"[\W_]+", "-", text).strip("-")[:_MAX_SLUG].rstrip("-") or "case"
    return f"{slug}{'-' if slug in _RESERVED else ''}.{digest}.json"
