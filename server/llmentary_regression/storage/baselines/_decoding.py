"""
A suite's baselines as values, decoded from their documents one by one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmentary_regression.core.baselines import Baseline, DocumentError
from llmentary_regression.core.errors import BaselineFileError
from llmentary_regression.storage.files import Document, read_file


@dataclass(frozen=True, slots=True)
class Damage:
    """
    A file that cannot be read.
    """

    error: BaselineFileError
    keys: frozenset[str]
    """The cases that it seems to hold; none where even that cannot be seen."""


class Baselines(Mapping[str, Baseline]):
    """
    A suite's baselines by case key, each decoded when it is first looked up.

    A class of its own because decoding ten thousand takes longer than reading them, and most commands look
    up a few. A look-up raises `BaselineFileError` for a case whose file cannot be read; all others are there.

    Args:
        suite: the suite that the folder belongs to; a document of another suite is refused.
        documents: as they are stored, by key.
        paths: the file of each document, for messages and for writing.
        damaged: what could not be read.
    """

    def __init__(
        self,
        suite: str,
        documents: Mapping[str, Document],
        paths: Mapping[str, Path],
        damaged: Sequence[Damage] = (),
    ) -> None:
        self._suite = suite
        self.documents = documents
        self.paths = paths
        self.damaged = tuple(damaged)
        self._decoded: dict[str, Baseline] = {}

    def __getitem__(self, key: str) -> Baseline:
        baseline = self._decoded.get(key)
        if baseline is None:
            document = self.documents.get(key)
            if document is None:
                self._refuse_damaged(key)
                raise KeyError(key)
            baseline = self._decoded[key] = self._decode(key, document)
        return baseline

    def __contains__(self, key: object) -> bool:
        return key in self.documents

    def __iter__(self) -> Iterator[str]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    def decode_all(self) -> tuple[dict[str, Baseline], list[Damage]]:
        """
        Return all baselines that can be decoded, and what is wrong with the others.
        """
        baselines: dict[str, Baseline] = {}
        damaged: list[Damage] = []
        for key in self.documents:
            try:
                baselines[key] = self[key]
            except BaselineFileError as exc:
                damaged.append(Damage(exc, frozenset({key})))
        return baselines, damaged

    def _refuse_damaged(self, key: str) -> None:
        for damage in self.damaged:
            if key in damage.keys or not damage.keys:
                raise damage.error

    def _decode(self, key: str, document: Document) -> Baseline:
        path = self.paths[key]
        try:
            baseline = Baseline.from_document(key, document)
        except DocumentError as exc:
            raise BaselineFileError(
                path,
                f"{exc}; restore it from version control, or delete it and approve again",
                _line_of(path, key),
            ) from exc
        if unicodedata.normalize("NFC", baseline.suite) != unicodedata.normalize("NFC", self._suite):
            raise BaselineFileError(
                path,
                f"belongs to the suite `{baseline.suite}`; if that suite was renamed, run "
                f"`llmentary mv {baseline.suite} {self._suite}`, else restore the file from version control",
                _line_of(path, key),
            )
        return baseline


def _line_of(path: Path, key: str) -> int | None:
    try:
        lines = read_file(path).split(b"\n")
    except OSError:
        return None
    start = f'"{key}"'.encode()
    return next(
        (number for number, line in enumerate(lines, start=1) if line.lstrip().startswith(start)), None
    )
