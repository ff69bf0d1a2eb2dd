"""
Columns line up whatever signs are in them.
"""

from __future__ import annotations

import pytest

from llmentary_regression.reports.text_columns import column


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "short   "),
        ("exactly8", "exactly8"),
        ("much too long", "much to…"),
        ("保証期間", "保証期間"),
        ("保証期間は", "保証期 …"),
        ("a保証期間", "a保証期…"),
        ("two\nlines", "two lin…"),
        ("", "        "),
    ],
)
def test_text_takes_exactly_so_many_cells(text: str, shown: str) -> None:
    """
    A sign that takes two cells is left out whole where one is left.
    """
    assert column(text, 8) == shown
