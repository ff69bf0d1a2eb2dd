"""
Counts over a project, and how its answers drift.
"""

from __future__ import annotations

from ._drift import DriftPoint, Series, drift_of, tells_of
from ._stats import Stats, count_stats

__all__ = [
    "DriftPoint",
    "Series",
    "Stats",
    "count_stats",
    "drift_of",
    "tells_of",
]
