"""
Several models over the same cases, as a table of plain lines: a row a case, a column a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len

from llmentary_regression.core.model import CaseResult, VerdictKind
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.text_columns import column

_CASE_WIDTH = 44
_MIN_CASE_WIDTH = 20
_MODEL_WIDTHS = (14, 30)
_GAP = 2


def model_table(
    results: Sequence[CaseResult],
    models: Sequence[str],
    show_path: Callable[[str], str],
    width: int | None = None,
) -> list[str]:
    """
    Return the table's lines: verdict and score of each case by model, then what passed, latency and cost.

    Args:
        results: of all models; each result's settings name the model it was asked with.
        models: the columns, in order.
        show_path: how a suite's path is shown.
        width: of the terminal, in cells; if it is too narrow for a table, each model has a line of its own.
    """
    cells = {(one.case_id, one.settings.model): one for one in results}
    first = {one.case_id: one for one in reversed(results)}
    rows = [
        (
            f"{show_path(one.suite)}:{one.case.span.start.line + 1} {one.case.label}",
            [_cell(cells.get((case_id, model))) for model in models],
        )
        for case_id in dict.fromkeys(one.case_id for one in results)
        for one in (first[case_id],)
    ]
    by_model = [[one for one in results if one.settings.model == model] for model in models]
    rows.append(("passed", [_passed(own) for own in by_model]))
    rows.append(("mean latency", [_latency(own) for own in by_model]))
    if any(one.answer is not None and one.answer.cost is not None for one in results):
        rows.append(("cost", [f"{_cost(own):.6g}" for own in by_model]))

    least, most = _MODEL_WIDTHS
    widths = [max(least, min(most, cell_len(model))) for model in models]
    room = _CASE_WIDTH if width is None else width - sum(widths) - _GAP * len(widths)
    if room < _MIN_CASE_WIDTH:
        return [*_stacked(rows, models), ""]
    label_width = min(room, _CASE_WIDTH)
    return [_row(label, own, label_width, widths) for label, own in [("case", models), *rows]] + [""]


def _row(label: str, cells: Sequence[str], label_width: int, widths: Sequence[int]) -> str:
    columns = [column(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return (" " * _GAP).join([column(label, label_width), *columns]).rstrip()


def _stacked(rows: Sequence[tuple[str, Sequence[str]]], models: Sequence[str]) -> Iterator[str]:
    width = max(min(_MODEL_WIDTHS[0], cell_len(model)) for model in models)
    for label, cells in rows:
        yield one_line(label, 100)
        for model, cell in zip(models, cells, strict=True):
            yield f"  {column(model, width)}  {cell}"


def _cell(result: CaseResult | None) -> str:
    if result is None:
        return "not asked"
    verdict = result.verdict
    return str(verdict.kind) if verdict.score is None else f"{verdict.kind} {verdict.score:.2f}"


def _passed(results: Sequence[CaseResult]) -> str:
    counts = Counter(one.verdict.kind for one in results)
    return f"{counts[VerdictKind.PASSED]} of {len(results)}"


def _latency(results: Sequence[CaseResult]) -> str:
    times = [one.elapsed_s for one in results if one.answer is not None]
    return f"{sum(times) / len(times):.2f} s" if times else "none"


def _cost(results: Sequence[CaseResult]) -> float:
    return sum(one.answer.cost for one in results if one.answer is not None and one.answer.cost is not None)
