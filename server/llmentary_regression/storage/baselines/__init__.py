"""
The baselines on disk: a folder for each suite, in it a file for each case.
"""

from __future__ import annotations

from ._case_file import FORMAT, read_case_file
from ._store import BaselineStore, Conflict

__all__ = ["FORMAT", "BaselineStore", "Conflict", "read_case_file"]
