"""
Choose the cases that a command acts on.
"""

from __future__ import annotations

from ._select import select_cases
from ._selection import Selected, Selection, Shard, SuiteCase

__all__ = [
    "Selected",
    "Selection",
    "Shard",
    "SuiteCase",
    "select_cases",
]
