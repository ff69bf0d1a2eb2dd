"""
Many requests to few workers: queued, batched, retried, cancelled.
"""

from __future__ import annotations

from ._pool import Pool

__all__ = [
    "Pool",
]
