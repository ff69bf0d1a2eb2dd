"""
What is told of an exception.
"""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path

import pytest

from llmentary_regression_worker.sources import is_own_source
from llmentary_regression_worker.trace import MAX_MESSAGE, describe, innermost, own_frames


class Broken(Exception):
    """
    An exception that cannot even be shown.
    """

    def __str__(self) -> str:
        raise KeyError("broken")


def raised_by_json() -> Exception:
    """
    Return an exception that passed through the standard library.
    """
    try:
        json.loads("{")
    except ValueError as exc:
        return exc
    raise AssertionError


def test_frames_of_libraries_are_left_out() -> None:
    """
    Of the call through `json` this file's line alone is told.
    """
    [frame] = own_frames(raised_by_json())

    assert (frame["path"], frame["function"]) == (__file__, "raised_by_json")
    assert frame["source"] == 'json.loads("{")'


@pytest.mark.parametrize(
    ("exc", "words"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError(), "ValueError"),
        (Broken(), "Broken: <its text could not be read>"),
    ],
)
def test_exception_is_described(exc: Exception, words: str) -> None:
    """
    Type and text, even where the text fails.
    """
    assert describe(exc) == words


def test_long_text_is_shortened() -> None:
    """
    A megabyte of message is no message.
    """
    assert len(describe(ValueError("x" * 1_000_000))) == MAX_MESSAGE


def test_group_of_one_is_opened() -> None:
    """
    A task group's exception is told as what it holds.
    """
    inner = ValueError("inner")
    group = RuntimeError("group")
    group.exceptions = (inner,)  # type: ignore[attr-defined]

    assert innermost(group) is inner
    assert innermost(inner) is inner


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (__file__, True),
        (json.__file__, False),
        (pytest.__file__, False),
        (str(Path(sysconfig.get_path("purelib")) / "x.py"), False),
        ("/home/me/venv/lib/python3.9/site-packages/x.py", False),
        ("/home/me/site-packages-demo/x.py", True),
        ("<string>", False),
        ("<frozen importlib._bootstrap>", False),
        ("", False),
    ],
)
def test_own_sources_are_told_from_others(path: str, expected: bool) -> None:
    """
    Neither the standard library nor installed packages are the developer's.
    """
    assert is_own_source(path) is expected
