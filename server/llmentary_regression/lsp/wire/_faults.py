"""
Say where something unforeseen went wrong, without the text of the error: it may quote an answer.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath


def describe_fault(error: BaseException) -> str:
    """
    Return an error's type and the lines it came through, innermost last.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames[-6:])
    return f"{type(error).__name__} at {places}" if places else type(error).__name__
