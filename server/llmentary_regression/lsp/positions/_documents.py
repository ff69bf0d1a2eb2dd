"""
Text as clients speak of it: lines end at `\\n`, `\\r\\n` or `\\r` and nowhere else.

pygls splits with `str.splitlines`, which also splits at U+2028, U+0085, form feeds and more, so an edit below
such a character lands on the wrong line; and it rebuilds the whole text for each edit.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from ._convert import Units


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

    def __init__(self, uri: str, source: str, units: Units, *, version: int | None, language_id: str | None):
        super().__init__(uri, source=source, version=version, language_id=language_id)
        self._units = units
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
        Return about how many characters the document has, without joining it.
        """
        return len(self._joined) if self._joined is not None else sum(map(len, self._split))

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        if not isinstance(change, types.TextDocumentContentChangePartial):
            self._split = split_lines(change.text)
            self._joined = change.text
            return
        lines = self._split
        start = self._units.from_client(lines, change.range.start)
        end = max(start, self._units.from_client(lines, change.range.end))
        # One line more on each side: a `\r` and a `\n` that meet by the edit become one line end.
        first, last = max(start.line - 1, 0), min(end.line + 1, len(lines) - 1)
        before = "".join(lines[first : start.line]) + lines[start.line][: start.column]
        after = lines[end.line][end.column :] + "".join(lines[end.line + 1 : last + 1])
        fresh = split_lines(before + change.text + after)
        if last < len(lines) - 1:
            fresh.pop()
        # A new list: who still holds the old one, such as a snapshot, keeps the old text.
        self._split = [*lines[:first], *fresh, *lines[last + 1 :]]
        self._joined = None


class Documents(Workspace):
    """
    pygls's workspace with our own documents in it.
    """

    def __init__(self, former: Workspace) -> None:
        super().__init__(
            former.root_uri,
            types.TextDocumentSyncKind.Incremental,
            list(former.folders.values()),
            former.position_encoding,
        )
        self.units = Units(self.position_codec)

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> TextDocument:
        return Document(doc_uri, source or "", self.units, version=version, language_id=language_id)
