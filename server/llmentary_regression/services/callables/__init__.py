"""
Find callables by reading Python files, never importing them.
"""

from __future__ import annotations

from ._callables import FoundCallable, SourceLocation, find_callables, find_source

__all__ = [
    "FoundCallable",
    "SourceLocation",
    "find_callables",
    "find_source",
]
