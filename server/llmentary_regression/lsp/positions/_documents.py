"""
Text as clients count it: lines end at `\\n`, `\\r\\n` or `\\r` and nowhere else.

pygls splits with `str.splitlines`, which also splits at U+2028, U+0085, form feeds and more, so an edit below
such a character lands on the wrong line; and it rebuilds the whole text for each edit.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from llmentary_regression.lsp.uris import path_of

from ._convert import PositionConverter


def split_lines(text: str) -> list[str]:
    """
    Return the lines with their ends; the last one, possibly empty, has none.
    """
    lines = list(io.StringIO(text, newline=""))
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


class Document(TextDocument):
    """
    An open document, kept as lines so that an edit touches only the lines it names.
    """

    def __init__(
        self,
        uri: str,
        source: str,
        positions: PositionConverter,
        *,
        version: int | None,
        language_id: str | None,
    ):
        super().__init__(uri, source=source, version=version, language_id=language_id)
        self._positions = positions
        self._split = split_lines(source)
        self._joined: str | None = source

    @property
    def lines(self) -> Sequence[str]:
        return self._split

    @property
    def source(self) -> str:
        if self._joined is None:
            self._joined = "".join(self._split)
        return self._joined

    @property
    def size(self) -> int:
        """
        Return roughly how many characters the document has, without joining its lines.
        """
        return len(self._joined) if self._joined is not None else sum(map(len, self._split))

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        if not isinstance(change, types.TextDocumentContentChangePartial):
            self._split = split_lines(change.text)
            self._joined = change.text
            return
        lines = self._split
        start = self._positions.from_client(lines, change.range.start)
        end = max(start, self._positions.from_client(lines, change.range.end))
        # One more line on each side: a `\r` and a `\n` that the edit brings together become one line end.
        first, last = max(start.line - 1, 0), min(end.line + 1, len(lines) - 1)
        before = "".join(lines[first : start.line]) + lines[start.line][: start.column]
        after = lines[end.line][end.column :] + "".join(lines[end.line + 1 : last + 1])
        fresh = split_lines(before + change.text + after)
        if last < len(lines) - 1:
            fresh.pop()
        # A new list: whatever still holds the old one, such as a snapshot, keeps the old text.
        self._split = [*lines[:first], *fresh, *lines[last + 1 :]]
        self._joined = None


class Documents(Workspace):
    """
    pygls's workspace, with documents of our own.
    """

    def __init__(self, previous: Workspace) -> None:
        super().__init__(
            previous.root_uri,
            types.TextDocumentSyncKind.Incremental,
            list(previous.folders.values()),
            previous.position_encoding,
        )
        self.positions = PositionConverter(self.position_codec)

    def find(self, uri: str) -> Document | None:
        """
        Return the open document, or None if the client has not opened it.
        """
        path = path_of(uri)
        if not any(path_of(document.uri) == path for document in self.text_documents.values()):
            return None
        document = self.get_text_document(uri)
        return document if isinstance(document, Document) else None

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        return Document(doc_uri, source or "", self.positions, version=version, language_id=language_id)
