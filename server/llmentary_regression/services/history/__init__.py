"""
What earlier runs found: run records, and what decided each verdict.
"""

from __future__ import annotations

from ._history import (
    Entry,
    Flaky,
    History,
    is_remembering,
    keep_run,
    read_history,
    record_run,
    run_record_of,
)
from ._inputs import InputReader, Inputs, changed_sources, source_digests
from ._run_records import RunRecord, from_document, join_parts, to_document

__all__ = [
    "Entry",
    "Flaky",
    "History",
    "InputReader",
    "Inputs",
    "RunRecord",
    "changed_sources",
    "from_document",
    "is_remembering",
    "join_parts",
    "keep_run",
    "read_history",
    "record_run",
    "run_record_of",
    "source_digests",
    "to_document",
]
