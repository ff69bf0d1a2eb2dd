"""
How many jobs a worker is sent at once.
"""

from __future__ import annotations

from llmentary_regression.execution.worker._in_flight import Window


def test_window_opens_for_quick_answers_up_to_a_bound() -> None:
    """
    Each time as many were answered as it holds, it doubles.
    """
    window = Window(4)
    rooms = []

    for _ in range(9):
        rooms.append(window.room(0))
        window.grow(window.room(0))

    assert rooms == [4, 8, 16, 32, 64, 128, 256, 512, 512]


def test_open_window_is_refilled_when_half_is_done() -> None:
    """
    Small refills would make small batches.
    """
    window = Window(4)
    window.grow(4)

    assert [window.room(in_flight) for in_flight in (5, 4, 0)] == [0, 4, 8]


def test_slow_ask_closes_the_window() -> None:
    """
    Nothing is queued out of reach behind it, and what was quick before no longer counts.
    """
    window = Window(2)
    window.grow(2)
    window.grow(3)

    window.shrink()
    window.grow(1)

    assert window.room(0) == 2
