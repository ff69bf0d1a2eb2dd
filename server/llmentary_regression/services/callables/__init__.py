"""
Find callables by reading Python files, never importing them.
"""

from __future__ import annotations

from ._callable_source import SourcePlace, find_source
from ._find_callable import FoundCallable, find_callables

__all__ = [
    "FoundCallable",
    "SourcePlace",
    "find_callables",
    "find_source",
]
