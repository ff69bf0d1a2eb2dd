"""
Text in columns of a terminal, where a sign may take two cells, or none.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from llmentary_regression.core.safe_text import one_line


def column(text: str, width: int) -> str:
    """
    Return `text` as one line of exactly `width` cells: cut with a sign that says so, or filled up.
    """
    line = one_line(text)
    if cell_len(line) <= width:
        return set_cell_size(line, width)
    return set_cell_size(line, width - 1) + "…"
