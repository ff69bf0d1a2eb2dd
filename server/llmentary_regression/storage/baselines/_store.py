"""
The project's baselines: one TinyDB file a suite, read whole and replaced whole.

The only module that knows TinyDB. Reading goes by plain look-ups, since a query per case is quadratic, and
needs none of TinyDB; every write is a change of a TinyDB table on a storage of our own.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.core.errors import BaselineFileError, StoreWriteError
from llmentary_regression.storage.files import (
    DamagedError,
    Document,
    format_documents,
    project_lock,
    read_documents,
    read_file,
    remove_file,
    replace_file,
)

from ._decoding import Baselines
from ._paths import BaselinePaths
from ._repeated import merge_repeated

TABLE = "baselines"

Change: TypeAlias = Callable[[dict[str, Baseline]], dict[str, Baseline]]
"""Is given a suite's baselines by case key, to change and return."""


class BaselineStore:
    """
    Reads and changes the baselines of one project.

    A class because it remembers what it read for as long as the files stay the same.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._paths = BaselinePaths(root)
        self._known: dict[str, tuple[tuple[int, int, int], _Read]] = {}

    def read(self, suite: str) -> Mapping[str, Baseline]:
        """
        Return a suite's baselines by case key; none for a suite that was never approved or lies outside.

        A document is decoded when it is looked up, so a look-up may raise `BaselineFileError` too.

        Raises:
            BaselineFileError: the file is empty, broken, conflict-marked or from a newer version.
        """
        return self._read(suite).baselines

    def notes(self, suite: str) -> list[str]:
        """
        Return what a developer should know about a suite's baselines, such as traces of a merge.

        Raises:
            BaselineFileError: as in `read`.
        """
        return list(self._read(suite).notes)

    def suites(self) -> list[str]:
        """
        Return the names of all suites that have baselines, sorted.
        """
        return self._paths.suites(self._suite_of)

    def update(self, changes: Mapping[str, Change]) -> None:
        """
        Change the baselines of some suites under one lock, with one write for each file that differs.

        All files are read and all changes made before the first is written. A suite left without baselines
        loses its file.

        Raises:
            BaselineFileError: a file is damaged; no file was changed.
            StoreWriteError: the folder or disk refuses, another process keeps the lock, or a suite's name
                cannot be stored.
        """
        with project_lock(self._root):
            self._paths.check_all(changes)
            writes = [self._changed(suite, change) for suite, change in changes.items()]
            for write in writes:
                if write is not None:
                    write()
        for suite in changes:
            self._known.pop(suite, None)

    def rename(self, old: str, new: str) -> None:
        """
        Move the baselines of suite `old` to suite `new`; nothing happens where there are none.

        Raises:
            BaselineFileError: the file is damaged.
            StoreWriteError: `new` has baselines already, or the folder refuses.
        """
        if old == new:
            return
        with project_lock(self._root):
            source, target = self._paths.path_of(old), self._paths.path_of(new)
            if source is None or not self._paths.is_stored(old):
                return
            self._paths.check(new, leaving=old)
            if target is None or self._paths.is_stored(new):
                raise StoreWriteError(
                    target or source, f"holds baselines of `{new}` already; remove it or choose another name"
                )
            read = self._read_file(old, source)
            SuiteStorage(target, new, read).save()
            if source.samefile(target):
                # A system that ignores case: the file is both, and only its name has to follow.
                with suppress(OSError):
                    source.rename(target)
            else:
                self._remove(source)
        self._known.pop(old, None)
        self._known.pop(new, None)

    def _read(self, suite: str) -> _Read:
        path = self._paths.path_of(suite)
        if path is None:
            return _NOTHING
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return _NOTHING
        except OSError as exc:
            raise _unreadable(path, exc) from exc
        if not stat.S_ISREG(found.st_mode):
            raise BaselineFileError(path, "is not a file; move it away and approve again")
        state = (found.st_mtime_ns, found.st_size, found.st_ino)
        known = self._known.get(suite)
        if known is None or known[0] != state:
            known = (state, self._read_file(suite, path, keeps_documents=False))
            self._known[suite] = known
        return known[1]

    def _read_file(self, suite: str, path: Path, *, keeps_documents: bool = True) -> _Read:
        try:
            data = read_file(path)
        except FileNotFoundError:
            return _NOTHING
        except OSError as exc:
            raise _unreadable(path, exc) from exc
        try:
            content = read_documents(data, TABLE)
        except DamagedError as exc:
            raise BaselineFileError(path, exc.reason, exc.line) from exc
        baselines = Baselines(path, content.documents, keeps_documents=keeps_documents)
        notes = []
        for key, documents in content.repeated.items():
            merged = merge_repeated([baselines.decode(key, one) for one in documents])
            baselines.put(merged)
            label = merged.name if merged.name is not None else merged.question.partition("\n")[0]
            notes.append(
                f"two branches approved `{label}` in `{suite}`; an answer that passes against either passes; "
                "approve it again to keep one"
            )
        return _Read(baselines, tuple(notes), content.meta)

    def _changed(self, suite: str, change: Change) -> Callable[[], None] | None:
        """
        Return how to write what `change` makes of a suite, or None if it makes no difference.
        """
        path = self._paths.path_of(suite)
        assert path is not None, "checked before"
        read = self._read_file(suite, path)
        before = dict(read.baselines)
        after = change(dict(before))
        for key, baseline in after.items():
            if key != baseline.key:
                raise ValueError(f"baseline {baseline.key} is put under {key}")
        gone = before.keys() - after.keys()
        put = {key: one for key, one in after.items() if key not in before or before[key] != one}
        if not gone and not put:
            return None
        if not after:
            return lambda: self._remove(path)
        storage = SuiteStorage(path, suite, read)
        _change_table(storage, gone | (put.keys() & before.keys()), put)
        return storage.save

    def _remove(self, path: Path) -> None:
        remove_file(path)
        self._paths.remove_empty_folders(path.parent)

    def _suite_of(self, path: Path) -> str | None:
        """
        Return the suite that a file with a hashed name says it belongs to.
        """
        try:
            name = read_documents(read_file(path), TABLE).meta.get("suite")
        except (OSError, DamagedError):
            return None
        return name if isinstance(name, str) else None


class SuiteStorage:
    """
    TinyDB's storage of one suite: held in memory while the tables change, then written once, whole.

    TinyDB's own JSON storage rewrites in place, so a cut write spoils the file. This one duck-types
    `tinydb.storages.Storage`, so that a run that approves nothing need not import TinyDB.
    """

    def __init__(self, path: Path, suite: str, read: _Read) -> None:
        self._path = path
        self._tables: dict[str, dict[str, Any]] = {
            "meta": {"0": {**read.meta, "suite": suite}},
            TABLE: dict(read.documents()),
        }

    def read(self) -> dict[str, dict[str, Any]]:
        """
        Return the tables as they stand in memory.
        """
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """
        Take the changed tables; the file stays as it is until `save`.
        """
        self._tables = data

    def close(self) -> None:
        """
        Let go of nothing: no file is held open.
        """

    def save(self) -> None:
        """
        Replace the file.

        Raises:
            StoreWriteError: the folder or disk refuses; the file is as it was.
        """
        replace_file(self._path, format_documents(self._tables["meta"]["0"], TABLE, self._tables[TABLE]))


@dataclass(frozen=True, slots=True)
class _Read:
    """
    What was read of one suite.
    """

    baselines: Mapping[str, Baseline]
    notes: tuple[str, ...]
    meta: Mapping[str, Any]

    def documents(self) -> Mapping[str, Document]:
        return self.baselines.documents if isinstance(self.baselines, Baselines) else {}


_NOTHING = _Read({}, (), {})


def _change_table(storage: SuiteStorage, gone: Iterable[str], put: Mapping[str, Baseline]) -> None:
    # Imported here: only approving needs it, and it takes longer to load than most commands take.
    from tinydb import TinyDB
    from tinydb.table import Document as TableDocument

    with TinyDB(storage=lambda: storage) as database:
        table = database.table(TABLE)
        # Ids derive from the case, so that branches agree on them; TinyDB counts unless told otherwise.
        table.document_id_class = str
        table.remove(doc_ids=list(gone))
        table.insert_multiple(
            TableDocument(baseline.to_document(), key)  # type: ignore[arg-type]
            for key, baseline in put.items()
        )


def _unreadable(path: Path, exc: OSError) -> BaselineFileError:
    return BaselineFileError(path, f"cannot be read ({exc.strerror or exc}); make it readable and try again")
