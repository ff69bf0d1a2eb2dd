"""
Between our positions and the client's: code points, position encodings, lines.
"""

from __future__ import annotations

from ._convert import PositionConverter, range_as_json, to_client_severity
from ._documents import Document, Documents, split_lines

__all__ = [
    "Document",
    "Documents",
    "PositionConverter",
    "range_as_json",
    "split_lines",
    "to_client_severity",
]
