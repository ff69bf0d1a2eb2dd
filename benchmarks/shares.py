"""
Shares with their 95 % Wilson intervals, as all tables print them.
"""

from __future__ import annotations

import math


def share(hits: int, total: int, digits: int = 3) -> str:
    """
    Return a text such as "0.989 (0.981-0.994)", or a dash if nothing was counted.
    """
    if not total:
        return "-"
    low, high = wilson(hits, total)
    return f"{hits / total:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def wilson(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """
    Return the lower and upper bound of a share's interval.
    """
    part = hits / total
    scale = 1 + z * z / total
    middle = (part + z * z / (2 * total)) / scale
    half = z * math.sqrt(part * (1 - part) / total + z * z / (4 * total * total)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)
