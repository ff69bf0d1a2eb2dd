"""
Read a suite again after an edit: only what the edit touched is read again.
"""

from __future__ import annotations

from ._incremental import read_again
from ._reading import Reading

__all__ = [
    "Reading",
    "read_again",
]
