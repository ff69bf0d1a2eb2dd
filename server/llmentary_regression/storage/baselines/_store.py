"""
The project's baselines: a folder for each suite, in it a file for each case.

A suite's folder is one TinyDB table. Reading goes by plain look-ups, since a query per case is quadratic, and
needs none of TinyDB; every write is a change of the table.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError, StoreWriteError
from llmentary_regression.storage.files import (
    DamagedError,
    Document,
    PartialWriteError,
    UnsafeFileError,
    project_lock,
    read_file,
    replace_files,
    safe_path,
    without_collecting,
)

from ._case_file import describe_conflict, format_case_file, keys_in, read_case_file, read_sides
from ._decoding import Baselines, Damage
from ._folder_storage import FolderStorage
from ._paths import BaselinePaths, misplaced_case

Change: TypeAlias = Callable[[dict[str, Baseline]], dict[str, Baseline]]
"""Is given a suite's baselines by case key, to change and return."""

VersionsOf: TypeAlias = Callable[[Path], tuple[bytes, bytes] | None]
"""Is given a conflicted file, and returns our version and theirs, or None where nobody has them."""

_State: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    A file in which git left two versions of a case's baselines.
    """

    path: Path
    ours: Mapping[str, Baseline]
    """By case key: what the branch that was checked out holds."""
    theirs: Mapping[str, Baseline]
    """By case key: what the branch that was merged in holds."""
    is_exact: bool
    """Whether git still has both versions; else they were put together from the markers."""


@dataclass(frozen=True, slots=True)
class _CaseFile:
    """
    What was read of one file.
    """

    documents: Mapping[str, Document]
    damage: Damage | None = None


class BaselineStore:
    """
    Reads and changes the baselines of one project.

    A class because it remembers what it read for as long as the files stay the same.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._paths = BaselinePaths(root)
        self._files: dict[Path, tuple[_State, _CaseFile]] = {}
        self._known: dict[str, tuple[dict[Path, _State], Baselines]] = {}

    def read(self, suite: str) -> Mapping[str, Baseline]:
        """
        Return a suite's baselines by case key; none for a suite that was never approved or lies outside.

        A document is decoded when it is looked up. Looking up a case whose file is damaged, in conflict or of
        another suite raises `BaselineFileError`; all other cases are there.

        Raises:
            BaselineFileError: the folder cannot be read.
        """
        return self._read(suite)

    def conflicts(self, suite: str, versions_of: VersionsOf) -> list[Conflict]:
        """
        Return the files of a suite in which git left two versions that can both be read.

        Args:
            versions_of: returns both versions of a file as git keeps them, or None where it has none. Put
                together from the markers, a version may hold a line of the other one.

        Raises:
            BaselineFileError: the folder or a version cannot be read.
        """
        found = []
        for damage in self._read(suite).damaged:
            path = damage.error.path
            versions = versions_of(path)
            try:
                if versions is not None:
                    ours, theirs = map(read_case_file, versions)
                else:
                    sides = read_sides(read_file(path, root=self._root))
                    if sides is None:
                        continue
                    ours, theirs = dict(sides.ours), dict(sides.theirs)
            except DamagedError as exc:
                raise BaselineFileError(path, exc.reason, exc.line) from exc
            except OSError as exc:
                raise _unreadable(path, exc) from exc
            found.append(
                Conflict(
                    path,
                    self._decoded(suite, path, ours),
                    self._decoded(suite, path, theirs),
                    versions is not None,
                )
            )
        return found

    def suites(self) -> list[str]:
        """
        Return the names of all suites that have baselines, sorted.
        """
        return self._paths.suites(self._suite_of)

    def update(self, changes: Mapping[str, Change]) -> None:
        """
        Change the baselines of some suites under one lock; only files whose content differs are written.

        All files are read, all changes made and all new content lies on disk before the first file is
        replaced. What cannot be read stays as it is.

        Raises:
            BaselineFileError: a changed case has a damaged file; nothing was changed.
            StoreWriteError: the folder or disk refuses, another process keeps the lock, or a suite's name
                cannot be stored.
        """
        with project_lock(self._root):
            self._paths.check_all(changes)
            writes: dict[Path, bytes] = {}
            removed: list[Path] = []
            labels: dict[Path, tuple[str, str]] = {}
            for suite, change in changes.items():
                self._plan(suite, change, writes, removed, labels)
            try:
                replace_files(writes, removed, root=self._root)
            except PartialWriteError as exc:
                names = _changed_cases(labels, exc.changed)
                raise PartialWriteError(exc.path, exc.cause, exc.changed, exc.total, names) from exc
            for path in removed:
                self._paths.remove_empty_folders(path.parent)

    def resolve(self, suite: str, path: Path, baselines: Mapping[str, Baseline]) -> None:
        """
        Put these baselines in the place of a conflicted file.

        Args:
            suite: whose file it is.
            path: the file.
            baselines: all that it is to hold, by case key; without any the file goes.

        Raises:
            StoreWriteError: the folder or disk refuses, or another process keeps the lock.
        """
        with project_lock(self._root):
            documents = {key: baseline.to_document() for key, baseline in baselines.items()}
            replace_files(
                {path: format_case_file(documents)} if documents else {},
                () if documents else (path,),
                root=self._root,
            )

    def rename(self, old: str, new: str, rebind: Callable[[Baseline], Baseline]) -> int:
        """
        Move the baselines of suite `old` to suite `new`, and return how many there were.

        Args:
            rebind: returns a baseline of the old suite bound to the new one.

        Raises:
            BaselineFileError: a file is damaged; nothing was changed.
            StoreWriteError: `new` has baselines already, or the folder refuses.
        """
        if old == new:
            return 0
        with project_lock(self._root):
            source, target = self._paths.path_of(old), self._paths.path_of(new)
            if source is None or not self._paths.is_stored(old):
                return 0
            self._paths.check(new, leaving=old)
            if target is None or self._paths.is_stored(new):
                raise StoreWriteError(
                    target or source, f"holds baselines of `{new}` already; remove it or choose another name"
                )
            read = self._read(old)
            for damage in read.damaged:
                raise damage.error
            moved = {key: rebind(baseline) for key, baseline in read.items()}
            storage = FolderStorage(target, {})
            storage.change((), moved)
            contents = {path: data for path, data in storage.files().items() if data is not None}
            is_same_folder = target.is_dir() and source.samefile(target)
            if is_same_folder:
                # A system that ignores case: the folder is both, and only its name has to follow.
                writes = {target / path.name: data for path, data in contents.items()}
                replace_files(writes, root=self._root)
                with suppress(OSError):
                    source.rename(target)
            else:
                replace_files(contents, set(read.paths.values()), root=self._root)
                self._paths.remove_empty_folders(source)
        return len(moved)

    def _read(self, suite: str) -> Baselines:
        folder = self._paths.path_of(suite)
        states: dict[Path, _State] = {}
        if folder is not None:
            try:
                safe_path(folder, self._root)
            except UnsafeFileError as exc:
                raise _unreadable(folder, exc) from exc
            states = _states_of(folder) or _state_of_one_file(folder)
        known = self._known.get(suite)
        if known is not None and known[0] == states:
            return known[1]
        documents: dict[str, Document] = {}
        paths: dict[str, Path] = {}
        damaged: list[Damage] = []
        with without_collecting():
            for path, state in states.items():
                read = self._read_file(path, state)
                if read.damage is not None:
                    damaged.append(read.damage)
                for key, document in read.documents.items():
                    if key in documents:
                        damaged.append(_stored_twice(path, paths[key], key))
                    documents[key] = document
                    paths[key] = path
        for damage in damaged:
            for key in damage.keys:
                documents.pop(key, None)
        baselines = Baselines(suite, documents, paths, damaged)
        self._known[suite] = (states, baselines)
        return baselines

    def _read_file(self, path: Path, state: _State) -> _CaseFile:
        known = self._files.get(path)
        if known is not None and known[0] == state:
            return known[1]
        try:
            data = read_file(path, root=self._root)
        except FileNotFoundError:  # gone since the folder was listed
            return _CaseFile({})
        except OSError as exc:
            return _CaseFile({}, Damage(_unreadable(path, exc), frozenset()))
        try:
            documents = read_case_file(data)
            misplaced = misplaced_case(path.name, documents)
            if misplaced is None:
                read = _CaseFile(documents)
            else:
                # What its name stands for cannot be seen, so no case counts as never approved.
                read = _CaseFile({}, Damage(BaselineFileError(path, misplaced), frozenset()))
        except DamagedError as exc:
            sides = read_sides(data)
            reason = exc.reason if sides is None else describe_conflict(sides)
            read = _CaseFile({}, Damage(BaselineFileError(path, reason, exc.line), keys_in(data)))
        self._files[path] = (state, read)
        return read

    @staticmethod
    def _decoded(suite: str, path: Path, documents: Mapping[str, Document]) -> dict[str, Baseline]:
        return dict(Baselines(suite, documents, dict.fromkeys(documents, path)))

    def _plan(
        self,
        suite: str,
        change: Change,
        writes: dict[Path, bytes],
        removed: list[Path],
        labels: dict[Path, tuple[str, str]],
    ) -> None:
        """
        Add the files that `change` writes or removes in a suite, and for each the suite and what to call its case.
        """
        folder = self._paths.path_of(suite)
        assert folder is not None, "checked before"
        read = self._read(suite)
        before, undecodable = read.decode_all()
        damaged = (*read.damaged, *undecodable)
        after = change(dict(before))
        for key, baseline in after.items():
            if key != baseline.key or not _is_same_name(suite, baseline.suite):
                raise ValueError(f"baseline {baseline.key} of {baseline.suite} is put under {key} of {suite}")
        gone = before.keys() - after.keys()
        put = {key: one for key, one in after.items() if key not in before or before[key] != one}
        for damage in damaged:
            if not put.keys().isdisjoint(damage.keys):
                raise damage.error
        if not gone and not put:
            return
        storage = FolderStorage(folder, read.paths, read.documents)
        storage.change(gone | (put.keys() & before.keys()), put)
        names: dict[Path, str] = {}
        blocked = {damage.error.path: damage.error for damage in damaged}
        for key in gone | put.keys():
            baseline = after.get(key) or before[key]
            names[storage.path_of(key)] = baseline.name or baseline.question.partition("\n")[0]
        for path, data in storage.files(gone | put.keys()).items():
            if path in blocked:
                raise blocked[path]
            labels[path] = (suite, names[path])
            if data is None:
                removed.append(path)
            else:
                writes[path] = data

    def _suite_of(self, folder: Path) -> str | None:
        """
        Return the suite that the files in a folder with a hashed name say they belong to.
        """
        for path in sorted(folder.glob("*.json")):
            with suppress(OSError, DamagedError):
                for document in read_case_file(read_file(path, root=self._root)).values():
                    if isinstance(document.get("suite"), str):
                        return str(document["suite"])
        return None


def _changed_cases(labels: Mapping[Path, tuple[str, str]], changed: Sequence[Path]) -> list[str]:
    """
    Return for each suite which of the cases that were to change did.
    """
    planned: dict[str, int] = Counter(suite for suite, _ in labels.values())
    done: dict[str, list[str]] = {}
    for path in changed:
        suite, name = labels[path]
        done.setdefault(suite, []).append(name)
    return [
        f"all {planned[suite]} of `{suite}`"
        if len(names) == planned[suite]
        else f"{len(names)} of {planned[suite]} of `{suite}` ({', '.join(f'`{name}`' for name in names)})"
        for suite, names in done.items()
    ]


def _is_same_name(suite: str, other: str) -> bool:
    return unicodedata.normalize("NFC", suite) == unicodedata.normalize("NFC", other)


def _states_of(folder: Path) -> dict[Path, _State]:
    """
    Return the files of a suite's folder, sorted, each with what tells whether it has changed.
    """
    states: dict[Path, _State] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda found: found.name):
                if not entry.name.endswith(".json"):
                    continue
                found = entry.stat(follow_symlinks=False)
                path = folder / entry.name
                if not stat.S_ISREG(found.st_mode):
                    raise BaselineFileError(path, "is not a file; move it away and approve again")
                states[path] = (found.st_mtime_ns, found.st_size, found.st_ino)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as exc:
        raise _unreadable(folder, exc) from exc
    return states


def _state_of_one_file(folder: Path) -> dict[Path, _State]:
    """
    Return the file that an older llmentary kept in the place of a folder, so that it is reported.
    """
    path = folder.with_name(f"{folder.name}.json")
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return {}
    return {path: (found.st_mtime_ns, found.st_size, found.st_ino)} if stat.S_ISREG(found.st_mode) else {}


def _stored_twice(path: Path, other: Path, key: str) -> Damage:
    reason = f"holds a case that `{other.name}` holds too; remove one of the two files"
    return Damage(BaselineFileError(path, reason), frozenset({key}))


def _unreadable(path: Path, exc: OSError) -> BaselineFileError:
    if isinstance(exc, UnsafeFileError):
        return BaselineFileError(path, str(exc.strerror))
    return BaselineFileError(path, f"cannot be read ({exc.strerror or exc}); make it readable and try again")
