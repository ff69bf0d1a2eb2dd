"""
Lines of plain text for a terminal: columns of a fixed width, and numbers as a line of small bars.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from llmentary_regression.core.safe_text import one_line


def column(text: str, width: int) -> str:
    """
    Return `text` as one line of exactly `width` cells: cut with an ellipsis, or padded.
    """
    line = one_line(text)
    if cell_len(line) <= width:
        return set_cell_size(line, width)
    return set_cell_size(line, width - 1) + "…"


_BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None], *, width: int = 40, top: float | None = None) -> str:
    """
    Return one character a value, for the last `width` values; a gap for a value that is missing.

    Args:
        values: from the oldest to the newest.
        width: how many are shown at most.
        top: what the highest bar stands for; by default the largest value.
    """
    shown = values[-width:]
    known = [value for value in shown if value is not None]
    highest = top if top is not None else max(known, default=0.0)
    return "".join(" " if value is None else _BARS[_height(value, highest)] for value in shown)


def _height(value: float, highest: float) -> int:
    if highest <= 0:
        return 0
    return min(len(_BARS) - 1, max(0, round(value / highest * (len(_BARS) - 1))))
