"""
What earlier runs found: run records, and what decided each verdict.
"""

from __future__ import annotations

from ._history import (
    Entry,
    Flaky,
    History,
    is_recording,
    read_history,
    record_run,
    run_record_of,
    save_run,
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
    "is_recording",
    "join_parts",
    "read_history",
    "record_run",
    "run_record_of",
    "save_run",
    "source_digests",
    "to_document",
]
