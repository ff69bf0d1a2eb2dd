"""
Counts over a project, and how its answers drift.
"""

from __future__ import annotations

from ._stats import DriftPoint, Series, Stats, count_stats, drift_of, is_representative

__all__ = [
    "DriftPoint",
    "Series",
    "Stats",
    "count_stats",
    "drift_of",
    "is_representative",
]
