"""
What a worker prints: the marks are taken out, the end is kept, and nothing grows.
"""

from __future__ import annotations

import pytest

from llmentary_regression.execution.worker._output import Output
from llmentary_regression_worker.wire import MARK_START

TEXT = "one ✓\n".encode() + MARK_START + b"t0ken:1\n" + b"two\n" + MARK_START + b"t0ken:2\n" + b"three\x00"


@pytest.mark.parametrize("size", range(1, len(TEXT) + 1))
def test_marks_are_taken_out_however_the_stream_is_cut(size: int) -> None:
    """
    Cut anywhere, the text is the same and each mark is reached after what came before it.
    """
    seen: list[str] = []
    tails: list[str] = []
    output = Output("t0ken", seen.append)
    output.when_marked(1, tails.append)
    output.when_marked(2, tails.append)

    for start in range(0, len(TEXT), size):
        output.feed(TEXT[start : start + size])
    output.end()

    assert "".join(seen) == "one ✓\ntwo\nthree\x00"
    assert tails == ["one ✓", "one ✓\ntwo"]


def test_marks_of_others_are_text() -> None:
    """
    Without the worker's token a mark is only text, so that no callable can forge one.
    """
    seen: list[str] = []
    output = Output("t0ken", seen.append)

    output.feed(MARK_START + b"other:1\n")
    output.end()

    assert "".join(seen) == MARK_START.decode() + "other:1\n"


def test_only_the_end_is_kept() -> None:
    """
    Memory stays bounded, whatever is printed.
    """
    output = Output("t0ken", None)

    for _ in range(100):
        output.feed(b"x" * 65536)
    output.feed(b"the end")

    assert output.tail().endswith("the end")
    assert len(output.tail()) <= 4_000


def test_failures_do_not_wait_for_ever() -> None:
    """
    Where the mark never comes, patience ends.
    """
    tails: list[str] = []
    output = Output("t0ken", None)
    output.feed(b"printed")
    output.when_marked(7, tails.append)

    output.release_overdue(float("inf"))

    assert tails == ["printed"]
    assert not output.has_waiting


def test_cleared_output_belongs_to_earlier_asks() -> None:
    """
    After clearing, the tail starts over.
    """
    output = Output("t0ken", None)
    output.feed(b"old")

    output.clear()
    output.feed(b"new")

    assert output.tail() == "new"
