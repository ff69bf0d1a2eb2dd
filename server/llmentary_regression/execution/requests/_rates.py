"""
How fast questions are sent: at most so many a minute, evenly spaced.
"""

from __future__ import annotations

from dataclasses import dataclass

_SLACK_S = 0.1
"""How much delay of a late timer may be made up for, or a high rate would never be reached."""


@dataclass(frozen=True, slots=True)
class Rate:
    """
    A rate, and the asks that share it.
    """

    name: str
    """Asks of one name count together; empty for the whole project."""
    per_minute: float


class RateLimiter:
    """
    Decides when the next question of a rate may be sent.
    """

    def __init__(self, rate: Rate) -> None:
        self._interval_s = 60.0 / rate.per_minute
        self._next = float("-inf")

    def wait_s(self, now: float) -> float:
        """
        Return the seconds until the next question may be sent; 0 if it may now.
        """
        return max(0.0, self._next - now)

    def take(self, now: float) -> bool:
        """
        Take the turn to ask, if it has come.
        """
        if now < self._next:
            return False
        self._next = max(self._next, now - _SLACK_S) + self._interval_s
        return True
