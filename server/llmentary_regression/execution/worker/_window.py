"""
How many jobs a worker is sent at once.
"""

from __future__ import annotations

_LARGEST = 512


class Window:
    """
    Grows as long as answers come at once, and falls back as soon as an ask takes its time.

    So trivial callables get large batches, and nothing is queued out of reach for slow ones.

    Args:
        smallest: how many questions one worker has in flight at once.
    """

    def __init__(self, smallest: int) -> None:
        self._smallest = smallest
        self._size = smallest
        self._quick = 0

    def room(self, in_hand: int) -> int:
        """
        Return how many more jobs may be sent to a worker that has so many.
        """
        if self._size > self._smallest and in_hand > self._size // 2:
            return 0  # Small refills would make small batches, and those make smaller ones.
        return self._size - in_hand

    def grow(self, answered: int) -> None:
        """
        Take note of answers.
        """
        self._quick += answered
        if self._quick >= self._size:
            self._quick = 0
            self._size = min(self._size * 2, _LARGEST)

    def shrink(self) -> None:
        """
        Take note of an ask that takes its time.
        """
        self._size, self._quick = self._smallest, 0
