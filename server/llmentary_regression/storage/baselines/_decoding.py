"""
A suite's baselines as values, decoded from their documents one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from llmentary_regression.core.baselines import Baseline, DocumentError
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.storage.files import Document, read_file

_LET_GO: Document = {}


class Baselines(Mapping[str, Baseline]):
    """
    A suite's baselines by case key, each decoded when it is first looked up.

    A class of its own because decoding ten thousand takes longer than reading their file, and most commands
    look up a few.

    Args:
        path: the file, for messages.
        documents: as they are stored.
        keeps_documents: whether they are needed once decoded, to be written again; else they are let go,
            since a run holds all baselines of its suites at once.
    """

    def __init__(self, path: Path, documents: dict[str, Document], *, keeps_documents: bool = True) -> None:
        self._path = path
        self._documents = documents
        self._keeps_documents = keeps_documents
        self._decoded: dict[str, Baseline] = {}

    def __getitem__(self, key: str) -> Baseline:
        baseline = self._decoded.get(key)
        if baseline is None:
            baseline = self._decoded[key] = self.decode(key, self._documents[key])
            if not self._keeps_documents:
                self._documents[key] = _LET_GO
        return baseline

    def __contains__(self, key: object) -> bool:
        return key in self._documents

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def documents(self) -> Mapping[str, Document]:
        """
        Return the documents as they are stored, unknown fields of newer versions included.
        """
        assert self._keeps_documents, "read to be looked up, not to be written"
        return self._documents

    def put(self, baseline: Baseline) -> None:
        """
        Let one baseline stand for the several that were stored under its key.
        """
        self._decoded[baseline.key] = baseline
        self._documents[baseline.key] = baseline.to_document()

    def decode(self, key: str, document: Document) -> Baseline:
        """
        Return the baseline that a document describes.

        Raises:
            BaselineFileError: a field is missing or of the wrong kind.
        """
        try:
            return Baseline.from_document(key, document)
        except DocumentError as exc:
            raise BaselineFileError(
                self._path,
                f"{exc}; restore it from version control, or delete that line and approve again",
                self._line_of(key),
            ) from exc

    def _line_of(self, key: str) -> int | None:
        try:
            lines = read_file(self._path).split(b"\n")
        except OSError:
            return None
        start = f'"{key}"'.encode()
        return next((at for at, line in enumerate(lines, start=1) if line.lstrip().startswith(start)), None)
