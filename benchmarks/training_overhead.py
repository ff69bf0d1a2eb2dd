"""
Measure what `@llmentary.trainable` costs outside training: the decorated function beside the bare one.

    python benchmarks/training_overhead.py

Each figure is the best of several rounds. A test fails above 1 us for each call.
"""

from __future__ import annotations

import asyncio
import time
import timeit
from collections.abc import AsyncIterator, Callable, Iterator

import llmentary_regression as llmentary

_CALLS = 100_000
_ROUNDS = 7


def plain(question: str) -> str:
    return question


async def later(question: str) -> str:
    return question


def pieces(question: str) -> Iterator[str]:
    yield question


async def pieces_later(question: str) -> AsyncIterator[str]:
    yield question


def seconds_a_call(function: Callable[[str], object], calls: int = _CALLS) -> float:
    """
    Return the best time of one call of a plain function, in seconds.
    """
    return min(timeit.repeat(lambda: function("Q"), number=calls, repeat=_ROUNDS)) / calls


def seconds_a_stream(function: Callable[[str], Iterator[str]], calls: int = _CALLS) -> float:
    """
    Return the best time of one stream with one piece, in seconds.
    """

    def run() -> None:
        for _ in function("Q"):
            pass

    return min(timeit.repeat(run, number=calls, repeat=_ROUNDS)) / calls


def seconds_a_wait(work: Callable[[], object], calls: int = _CALLS) -> float:
    """
    Return the best time of one await, in seconds.
    """

    async def repeat() -> float:
        best = float("inf")
        for _ in range(_ROUNDS):
            started = time.perf_counter()
            for _ in range(calls):
                await work()  # type: ignore[misc]
            best = min(best, time.perf_counter() - started)
        return best / calls

    return asyncio.run(repeat())


def main() -> None:
    async def drain(function: Callable[[str], AsyncIterator[str]]) -> None:
        async for _ in function("Q"):
            pass

    decorated_later, decorated_pieces_later = llmentary.trainable(later), llmentary.trainable(pieces_later)
    rows = [
        ("plain", seconds_a_call(plain), seconds_a_call(llmentary.trainable(plain))),
        ("async", seconds_a_wait(lambda: later("Q")), seconds_a_wait(lambda: decorated_later("Q"))),
        ("generator", seconds_a_stream(pieces), seconds_a_stream(llmentary.trainable(pieces))),
        (
            "async generator",
            seconds_a_wait(lambda: drain(pieces_later)),
            seconds_a_wait(lambda: drain(decorated_pieces_later)),
        ),
    ]
    print(f"{'':16} {'bare':>9} {'trainable':>10} {'overhead':>9}")
    for name, bare, decorated in rows:
        print(f"{name:16} {bare * 1e6:6.3f} us {decorated * 1e6:7.3f} us {(decorated - bare) * 1e6:6.3f} us")


if __name__ == "__main__":
    main()
