"""
What `@llmentary.trainable` costs outside training: the marked function and the bare one, side by side.

    python benchmarks/training_overhead.py

Each figure is the best of several rounds. The floor that the tests hold is 1 us a call.
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
    Return the best time of one call of a plain function.
    """
    return min(timeit.repeat(lambda: function("Q"), number=calls, repeat=_ROUNDS)) / calls


def seconds_a_stream(function: Callable[[str], Iterator[str]], calls: int = _CALLS) -> float:
    """
    Return the best time of one stream of one piece.
    """

    def run() -> None:
        for _ in function("Q"):
            pass

    return min(timeit.repeat(run, number=calls, repeat=_ROUNDS)) / calls


def seconds_a_wait(work: Callable[[], object], calls: int = _CALLS) -> float:
    """
    Return the best time of awaiting something.
    """

    async def repeat() -> float:
        best = float("inf")
        for _ in range(_ROUNDS):
            began = time.perf_counter()
            for _ in range(calls):
                await work()  # type: ignore[misc]
            best = min(best, time.perf_counter() - began)
        return best / calls

    return asyncio.run(repeat())


def main() -> None:
    async def drain(function: Callable[[str], AsyncIterator[str]]) -> None:
        async for _ in function("Q"):
            pass

    marked_later, marked_pieces_later = llmentary.trainable(later), llmentary.trainable(pieces_later)
    rows = [
        ("plain", seconds_a_call(plain), seconds_a_call(llmentary.trainable(plain))),
        ("async", seconds_a_wait(lambda: later("Q")), seconds_a_wait(lambda: marked_later("Q"))),
        ("generator", seconds_a_stream(pieces), seconds_a_stream(llmentary.trainable(pieces))),
        (
            "async generator",
            seconds_a_wait(lambda: drain(pieces_later)),
            seconds_a_wait(lambda: drain(marked_pieces_later)),
        ),
    ]
    print(f"{'':16} {'bare':>9} {'trainable':>10} {'overhead':>9}")
    for name, bare, marked in rows:
        print(f"{name:16} {bare * 1e6:6.3f} us {marked * 1e6:7.3f} us {(marked - bare) * 1e6:6.3f} us")


if __name__ == "__main__":
    main()
