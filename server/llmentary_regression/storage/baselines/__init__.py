"""
The baselines on disk: one TinyDB file a suite, read and replaced as a whole.
"""

from __future__ import annotations

from ._merging import Merged, merge_files
from ._store import BaselineStore

__all__ = [
    "BaselineStore",
    "Merged",
    "merge_files",
]
