"""
Pick values out of JSON by paths such as `$.choices[0].delta.content`, `messages[*].content` or `$`.
"""

from __future__ import annotations

import re
from typing import Any, Callable

_STEP = re.compile(r"""\.?([^\W\d][\w-]*)|\[(-?\d+)\]|\[\*\]|\[(?:"([^"]*)"|'([^']*)')\]""")
_EVERY = object()


def compile_path(path: str) -> Callable[[Any], list[Any]]:
    """
    Return a function that picks the values at a path; if there are none, it returns an empty list.

    Raises:
        ValueError: the path cannot be read.
    """
    rest = path.strip().removeprefix("$")
    steps: list[Any] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None:
            raise ValueError(f"`{path}` is not a JSON path; write it as `$.choices[0].text`")
        name, index, quoted, single = found.groups()
        if index is not None:
            steps.append(int(index))
        elif name is not None or quoted is not None or single is not None:
            steps.append(next(word for word in (name, quoted, single) if word is not None))
        else:
            steps.append(_EVERY)
        at = found.end()

    def pick(value: Any) -> list[Any]:
        values = [value]
        for step in steps:
            values = [inner for outer in values for inner in _inside(outer, step)]
        return values

    return pick


def _inside(value: Any, step: Any) -> list[Any]:
    if step is _EVERY:
        return list(value) if isinstance(value, list) else []
    if isinstance(step, int):
        is_there = isinstance(value, list) and -len(value) <= step < len(value)
        return [value[step]] if is_there else []
    return [value[step]] if isinstance(value, dict) and step in value else []
