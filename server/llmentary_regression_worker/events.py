"""
Read server-sent events, and join the pieces of an answer that came in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Callable

_ENDS = re.compile(r"\r\n|\n|\r")


def read_events(text: str) -> Iterator[str]:
    """
    Yield the data of each event that is complete.
    """
    data: list[str] = []
    for line in _ENDS.split(text.removeprefix("\ufeff")):
        if not line:
            if data:
                yield "\n".join(data)
            data = []
            continue
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))


def join_events(events: Iterable[str], paths: Iterable[Callable[[Any], list[Any]]]) -> str:
    """
    Return the texts of all events as one; none is the empty text.
    """
    return "".join(read_pieces(events, paths) or ())


def read_pieces(events: Iterable[str], paths: Iterable[Callable[[Any], list[Any]]]) -> list[str] | None:
    """
    Return the texts that the first fitting path finds in each event; one that is not JSON is a text itself.

    None where there are events and no path fits any: that is not an empty answer but another program's stream.
    """
    picks = list(paths)
    pieces: list[str] = []
    is_foreign = False
    for event in events:
        if event.strip() == "[DONE]":
            break
        try:
            value = json.loads(event)
        except ValueError:
            pieces.append(event)
            continue
        if isinstance(value, (bool, int, float)):
            pieces.append(event)  # a text that looks like a number
            continue
        for pick in picks:
            found = [one for one in pick(value) if isinstance(one, str)]
            if found:
                pieces += found
                break
        else:
            is_foreign = True
    return None if is_foreign and not pieces else pieces
