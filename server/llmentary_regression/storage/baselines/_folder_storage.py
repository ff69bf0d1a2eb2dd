"""
A suite's folder as a TinyDB table: the only module that knows TinyDB.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmentary_regression.core.baselines import Baseline
from llmentary_regression.storage.files import Document

from ._case_file import TABLE, format_case_file
from ._paths import case_file_name


class FolderStorage:
    """
    TinyDB's storage of one suite: the folder's documents as one table, held in memory while it changes.

    TinyDB's own JSON storage rewrites one file in place, so a cut write spoils it. This one duck-types
    `tinydb.storages.Storage`, so that a run that approves nothing need not import TinyDB.

    Args:
        folder: of the suite.
        paths: the file of each document that is there.
        documents: those documents, by key.
    """

    def __init__(
        self, folder: Path, paths: Mapping[str, Path], documents: Mapping[str, Document] | None = None
    ) -> None:
        self._folder = folder
        self._paths = dict(paths)
        self._tables: dict[str, dict[str, Any]] = {TABLE: dict(documents or {})}

    def read(self) -> dict[str, dict[str, Any]]:
        """
        Return the tables as they are in memory.
        """
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """
        Take the changed tables; the files stay as they are until someone writes `files`.
        """
        self._tables = data

    def close(self) -> None:
        """
        Do nothing: no file is held open.
        """

    def change(self, gone: Iterable[str], put: Mapping[str, Baseline]) -> None:
        """
        Take documents out of the table, and put baselines in, both by case key.
        """
        # Imported here: only approving needs it, and it takes longer to load than most commands take.
        from tinydb import TinyDB
        from tinydb.table import Document as TableDocument

        with TinyDB(storage=lambda: self) as database:
            table = database.table(TABLE)
            # Ids derive from the case, so that branches agree on them; TinyDB counts unless told otherwise.
            table.document_id_class = str
            table.remove(doc_ids=list(gone))
            table.insert_multiple(
                TableDocument(baseline.to_document(), key)  # type: ignore[arg-type]
                for key, baseline in put.items()
            )

    def path_of(self, key: str) -> Path:
        """
        Return the file of a case that is or was in the table.
        """
        document = self._tables[TABLE].get(key)
        return self._paths[key] if document is None else self._path_of(key, document)

    def files(self, keys: Iterable[str] | None = None) -> dict[Path, bytes | None]:
        """
        Return the content of the files that hold these keys, or of all; None for a file that is to go.
        """
        by_path: dict[Path, dict[str, Document]] = defaultdict(dict)
        table = self._tables[TABLE]
        for key, document in table.items():
            by_path[self._path_of(key, document)][key] = document
        if keys is None:
            wanted = set(by_path)
        else:
            wanted = {self._paths[key] for key in keys if key in self._paths}
            wanted |= {self._path_of(key, table[key]) for key in keys if key in table}
        return {path: format_case_file(by_path[path]) if path in by_path else None for path in sorted(wanted)}

    def _path_of(self, key: str, document: Document) -> Path:
        path = self._paths.get(key)
        if path is None:
            path = self._folder / case_file_name(document["name"], document["question"], key)
            self._paths[key] = path
        return path
