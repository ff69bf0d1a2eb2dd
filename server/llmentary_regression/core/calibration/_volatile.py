"""
Patterns of what changes from answer to answer without a meaning: times, dates, ids.
"""

from __future__ import annotations

from llmentary_regression.core.model import Regex

VOLATILE: tuple[Regex, ...] = tuple(
    map(
        Regex,
        (
            r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?",
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
            r"\d{4}-\d{2}-\d{2}",
            r"\b\d{1,2}:\d{2}(:\d{2})?\b",
            r"\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b",
            r"\b[A-Z]{1,5}-?\d{3,}\b",
            r"#\d+\b",
            r"\b\d{5,}\b",
        ),
    )
)
"""The most specific first."""
