"""
What is reported of an exception: its own words, and the lines of the developer's code that it passed through.
"""

from __future__ import annotations

import linecache
import traceback
from types import TracebackType

from llmentary_regression_worker.sources import is_own_source
from llmentary_regression_worker.wire import FrameMessage

MAX_MESSAGE = 2_000
_MAX_FRAMES = 12
_MAX_SOURCE = 300


def describe(exc: BaseException) -> str:
    """
    Return type and text of an exception, in a limited number of characters.
    """
    name = type(exc).__qualname__
    try:
        text = str(exc).strip()
    except BaseException:  # noqa: BLE001 - the developer's own __str__ may throw anything
        text = "<its text could not be read>"
    return shorten(f"{name}: {text}" if text else name)


def shorten(text: str) -> str:
    """
    Return the text's beginning if it is too long for a message.
    """
    return text if len(text) <= MAX_MESSAGE else text[: MAX_MESSAGE - 1] + "…"


def innermost(exc: BaseException) -> BaseException:
    """
    Return the only exception of an exception group; the group itself if it has several.
    """
    inner = getattr(exc, "exceptions", None)
    while isinstance(inner, tuple) and len(inner) == 1 and isinstance(inner[0], BaseException):
        exc = inner[0]
        inner = getattr(exc, "exceptions", None)
    return exc


def own_frames(exc: BaseException) -> list[FrameMessage]:
    """
    Return the developer's frames, outermost first; of a deep recursion the two ends.
    """
    frames = _frames_of(exc.__traceback__)
    if isinstance(exc, SyntaxError) and exc.filename and is_own_source(exc.filename):
        source = (exc.text or "").strip()[:_MAX_SOURCE]
        frames.append(
            {"path": exc.filename, "line": exc.lineno or 1, "function": "<module>", "source": source}
        )
    if len(frames) > _MAX_FRAMES:
        frames = frames[: _MAX_FRAMES // 3] + frames[-(_MAX_FRAMES - _MAX_FRAMES // 3) :]
    return frames


def _frames_of(trace: TracebackType | None) -> list[FrameMessage]:
    found = []
    for frame, line in traceback.walk_tb(trace):
        path = frame.f_code.co_filename
        if is_own_source(path):
            found.append((path, line, frame.f_code.co_name))
    if len(found) > _MAX_FRAMES:
        found = found[:_MAX_FRAMES] + found[-_MAX_FRAMES:]
    return [
        {
            "path": path,
            "line": line,
            "function": function,
            "source": linecache.getline(path, line).strip()[:_MAX_SOURCE],
        }
        for path, line, function in found
    ]
