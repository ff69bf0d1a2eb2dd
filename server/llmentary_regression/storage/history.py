"""
The project's history: one small compressed file a run, written once, never changed, bounded by age.

A file a run needs no lock, whoever writes at the same time, and a cut write leaves nothing behind. What a
run's document means is not known here. It is never committed, and holds no answer.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import secrets
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from llmentary_regression.storage.files import create_file, project_folder, read_file, replace_file, safe_path

MAX_RUNS = 1000
MAX_ROWS = 500_000
"""Of all runs together, one row a case; ten thousand cases keep their last fifty runs."""
_NAME = re.compile(r"(?P<began>\d{8}T\d{12}Z)-(?P<rows>\d+)-[0-9a-f]{8}\.json\.gz")
_TIME = "%Y%m%dT%H%M%S%fZ"
_MAX_BYTES = 64 * 1024 * 1024
"""Far more than any file of ours; a planted file must not fill the memory."""


class HistoryStore:
    """
    Writes and reads the history of one project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = project_folder(root) / "history"

    def append(self, document: dict[str, Any], *, began: datetime, rows: int) -> None:
        """
        Write the document of a run, and delete the oldest runs beyond the limits.

        Raises:
            OSError, StoreWriteError: the folder or disk refuses, or the folder is a link; nothing was written.
        """
        ignore = safe_path(self._folder / ".gitignore", self._root)
        self._folder.mkdir(parents=True, exist_ok=True)
        # Here as well as above: a project that approved nothing yet has no `.llmentary/.gitignore`.
        create_file(ignore, b"*\n", root=self._root)
        data = gzip.compress(json.dumps(document, separators=(",", ":")).encode(), compresslevel=1, mtime=0)
        name = f"{began.strftime(_TIME)}-{rows}-{secrets.token_hex(4)}"
        # Not synced to the disk: after a power cut the last run may be missing, which harms nobody.
        replace_file(self._folder / f"{name}.json.gz", data, root=self._root, syncs=False)
        self._drop_oldest()

    def read(self) -> Iterator[dict[str, Any]]:
        """
        Yield the documents of all runs, the newest first; what cannot be read is left out.
        """
        for name, _ in self._names():
            document = self._read(self._folder / name)
            if document is not None:
                yield document

    def _names(self) -> list[tuple[str, int]]:
        """
        Return the files with their numbers of rows, the newest first.
        """
        try:
            safe_path(self._folder, self._root)
            found = [entry for entry in os.listdir(self._folder) if _NAME.fullmatch(entry)]  # noqa: PTH208
        except OSError:
            return []
        return [(name, int(name.split("-")[1])) for name in sorted(found, reverse=True)]

    def _drop_oldest(self) -> None:
        rows = 0
        for number, (name, own) in enumerate(self._names()):
            rows += own
            if number and (number >= MAX_RUNS or rows > MAX_ROWS):
                with suppress(OSError):  # another run drops it as well
                    (self._folder / name).unlink()

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            inflate = zlib.decompressobj(wbits=31)
            data = inflate.decompress(read_file(path, root=self._root), _MAX_BYTES)
            document = json.loads(data) if inflate.eof else None
        except (OSError, ValueError, RecursionError, zlib.error):
            return None
        return document if isinstance(document, dict) else None
