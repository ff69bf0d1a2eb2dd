"""
Paths into a JSON value: read as `@match json ignore` spells them, and spelled for messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

HIDDEN = "▇▇▇▇"
"""Stands for a key that only the approved answer has."""
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\*|\d+)\]|\[\"([^\"]*)\"\]|\.\*")


def read_path(path: str) -> tuple[str | int | None, ...]:
    """
    Return the steps of a path such as `$.items[*].price`; None stands for any key or index.
    """
    steps: list[str | int | None] = []
    for match in _STEP.finditer(path.removeprefix("$")):
        key, index, quoted = match.groups()
        if index is not None:
            steps.append(None if index == "*" else int(index))
        else:
            steps.append(key if key is not None and key != "*" else quoted)
    return tuple(steps) or ("",)


def spell_path(path: Sequence[str | int]) -> str:
    """
    Return a path as messages show it.
    """
    parts = ["$"]
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif re.fullmatch(r"[\w▇-]+", step):
            parts.append(f".{step}")
        else:
            parts.append(f"[{json.dumps(step, ensure_ascii=False)}]")
    return "".join(parts)


def covers(rule: Sequence[str | int | None], path: Sequence[str | int]) -> bool:
    """
    Return whether a rule names a path; None in a rule stands for any key or index.
    """
    return len(rule) == len(path) and all(
        want is None or want == have for want, have in zip(rule, path, strict=True)
    )
