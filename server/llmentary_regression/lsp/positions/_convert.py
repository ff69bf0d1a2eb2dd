"""
Between our values and the client's: positions, ranges, severities.

Only this module knows the client's position encoding; everything else counts code points.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types
from pygls.workspace import PositionCodec

from llmentary_regression.core.model import Edit, Position, Severity, Span

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}

_BOM = "\ufeff"


class PositionConverter:
    """
    Converts positions for one client, in the encoding that was agreed on in `initialize`.

    Lines include their line ends, as `split_lines` returns them. A byte order mark that the client sent counts
    in its columns and not in ours.
    """

    def __init__(self, codec: PositionCodec) -> None:
        self._codec = codec

    def to_client(self, lines: Sequence[str], position: Position) -> types.Position:
        """
        Return the client's position; one beyond the text becomes the text's end.
        """
        if position.line >= len(lines):
            return self._end(lines)
        line = lines[position.line]
        column = position.column + (1 if position.line == 0 and line.startswith(_BOM) else 0)
        if line.isascii():
            return types.Position(position.line, min(column, len(line.rstrip("\r\n"))))
        head = line.rstrip("\r\n")[:column]
        return types.Position(position.line, self._codec.client_num_units(head))

    def to_client_range(self, lines: Sequence[str], span: Span) -> types.Range:
        return types.Range(self.to_client(lines, span.start), self.to_client(lines, span.end))

    def from_client(self, lines: Sequence[str], position: types.Position) -> Position:
        """
        Return our position, in code points of the client's own text; a position out of range is clipped.
        """
        if position.line >= len(lines):
            last = len(lines) - 1
            return Position(last, len(lines[last].rstrip("\r\n")))
        line = lines[position.line].rstrip("\r\n")
        if line.isascii():
            return Position(position.line, min(position.character, len(line)))
        units = 0
        for column, character in enumerate(line):
            if units >= position.character:
                return Position(position.line, column)
            units += self._codec.client_num_units(character)
        return Position(position.line, len(line))

    def to_text_edit(self, lines: Sequence[str], edit: Edit) -> types.TextEdit:
        return types.TextEdit(range=self.to_client_range(lines, edit.span), new_text=edit.text)

    def _end(self, lines: Sequence[str]) -> types.Position:
        last = lines[-1] if lines else ""
        return types.Position(max(len(lines) - 1, 0), self._codec.client_num_units(last.rstrip("\r\n")))


def to_client_severity(severity: Severity) -> types.DiagnosticSeverity:
    """
    Return the client's word for a severity.
    """
    return _SEVERITIES[severity]


def range_as_json(where: types.Range) -> dict[str, dict[str, int]]:
    """
    Return a range as JSON, at a fraction of the time that `lsprotocol` takes for it.
    """
    start, end = where.start, where.end
    return {
        "start": {"line": start.line, "character": start.character},
        "end": {"line": end.line, "character": end.character},
    }
