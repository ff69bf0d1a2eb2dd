"""
The table of models fits the terminal.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from llmentary_regression.core.model import CaseResult, CaseSettings
from llmentary_regression.reports.model_table import model_table
from report_makers import MakeResult

MODELS = ("gpt-5", "クロード")


@pytest.fixture
def results(make_result: MakeResult) -> list[CaseResult]:
    """
    Return one case with a long name, asked with both models.
    """
    made = make_result("changed", name="保証期間はどのくらいですか-" * 4, elapsed_s=0.25)
    return [replace(made, settings=replace(CaseSettings(), model=model)) for model in MODELS]


@pytest.mark.parametrize("width", [None, 60, 80, 200])
def test_columns_line_up(width: int | None, results: list[CaseResult]) -> None:
    """
    Wide signs in names of cases and models push nothing aside, and no line is wider than the terminal.
    """
    lines = model_table(results, MODELS, str, width)

    at = [
        cell_len(line[: line.index(word)]) for line, word in zip(lines, ("gpt", "cha", "0 of"), strict=False)
    ]
    assert len(set(at)) == 1
    assert max(map(cell_len, lines)) <= (width or 80)


def test_each_model_has_a_line_where_a_table_is_too_wide(results: list[CaseResult]) -> None:
    """
    In forty columns nothing is lost, and what belongs together stays together.
    """
    assert model_table(results, MODELS, str, 40)[1:6] == [
        "  gpt-5     changed 0.93",
        "  クロード  changed 0.93",
        "passed",
        "  gpt-5     0 of 1",
        "  クロード  0 of 1",
    ]
