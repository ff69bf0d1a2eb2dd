"""
Between our positions and the client's: code points, units, lines, URIs.
"""

from __future__ import annotations

from ._convert import Units, path_of, place_key, range_as_json, to_client_severity, uri_of
from ._documents import Document, Documents, split_lines

__all__ = [
    "Document",
    "Documents",
    "Units",
    "path_of",
    "place_key",
    "range_as_json",
    "split_lines",
    "to_client_severity",
    "uri_of",
]
