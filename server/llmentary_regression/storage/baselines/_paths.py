"""
Where the baselines of a suite lie, and which names cannot be stored.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

from llmentary_regression.core.errors import StoreWriteError
from llmentary_regression.storage.files import project_folder

_LONGEST_NAME = 180
"""In bytes; file systems end at 255 a name, Windows at 260 a path."""
_HASHED = re.compile(r"long-[0-9a-f]{32}\.json")


class BaselinePaths:
    """
    The map between suites and their files in one project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = project_folder(root) / "baselines"

    def path_of(self, suite: str) -> Path | None:
        """
        Return the file of a suite, or None for a suite that cannot have one: it lies outside the root.
        """
        name = unicodedata.normalize("NFC", suite)
        if not _is_inside(name):
            return None
        encoded = name.encode("utf-8", errors="surrogatepass")
        if len(encoded) > _LONGEST_NAME:
            return self._folder / f"long-{hashlib.blake2b(encoded, digest_size=16).hexdigest()}.json"
        return self._folder / f"{name}.json"

    def is_stored(self, suite: str) -> bool:
        """
        Return whether a file of exactly this name is there, also where the file system ignores case.
        """
        path = self.path_of(suite)
        return path is not None and all(
            part in _composed(_names(folder)) for folder, part in self._steps(path)
        )

    def suites(self, suite_of: Callable[[Path], str | None]) -> list[str]:
        """
        Return the names of all stored suites, sorted; `suite_of` reads the name out of a hashed file.
        """
        names = []
        for path in self._files(self._folder):
            if _HASHED.fullmatch(path.name) and path.parent == self._folder:
                name = suite_of(path)
            else:
                relative = path.relative_to(self._folder).as_posix()
                name = unicodedata.normalize("NFC", relative.removesuffix(".json"))
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
        if not path.parent.resolve().is_relative_to(project_folder(self._root).resolve()):
            raise StoreWriteError(path.parent, "leads outside the project; replace the link by a folder")
        old = None if leaving is None else self.path_of(leaving)
        for folder, part in self._steps(path):
            names = _names(folder)
            if part in _composed(names):
                continue
            for name in names:
                if _fold(name) == _fold(part) and (old is None or not _leads_to(folder / name, old)):
                    found = (folder / name).relative_to(self._folder).as_posix()
                    raise self._collision(suite, found.removesuffix(".json"))
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

    def _files(self, folder: Path) -> Iterator[Path]:
        for name in sorted(_names(folder)):
            path = folder / name
            if path.is_dir():
                yield from self._files(path)
            elif name.endswith(".json"):
                yield path

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
