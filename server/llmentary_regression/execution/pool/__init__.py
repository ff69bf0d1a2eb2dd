"""
Many requests to few workers: queued, batched, retried, cancelled.
"""

from __future__ import annotations

from ._pool import Ask, Asked, Pool, Rate

__all__ = [
    "Ask",
    "Asked",
    "Pool",
    "Rate",
]
