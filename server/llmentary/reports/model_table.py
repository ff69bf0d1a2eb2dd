"""
Several models over the same cases, as a table of plain lines: a row a case, a column a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from llmentary.core.model import CaseResult, VerdictKind
from llmentary.reports.printable import one_line

_CASE_WIDTH = 44
_LEAST_WIDTH = 14


def model_table(
    results: Sequence[CaseResult], models: Sequence[str], show_path: Callable[[str], str]
) -> list[str]:
    """
    Return the table's lines: verdict and score of each case by model, then what passed, latency and cost.

    Args:
        results: of all models; each result's settings name the model it was asked with.
        models: the columns, in order.
        show_path: how a suite's path is shown.
    """
    cells = {(one.suite, one.case.key, one.settings.model): one for one in results}
    places = dict.fromkeys((one.suite, one.case.key) for one in results)
    first = {(one.suite, one.case.key): one for one in reversed(results)}
    widths = [max(_LEAST_WIDTH, min(30, len(model))) for model in models]
    lines = [
        _row("case", [one_line(model, width) for model, width in zip(models, widths, strict=True)], widths)
    ]
    for place in places:
        one = first[place]
        label = f"{show_path(one.suite)}:{one.case.span.start.line + 1} {one.case.label}"
        lines.append(_row(label, [_cell(cells.get((*place, model))) for model in models], widths))
    by_model = [[one for one in results if one.settings.model == model] for model in models]
    lines.append(_row("passed", [_passed(own) for own in by_model], widths))
    lines.append(_row("mean latency", [_latency(own) for own in by_model], widths))
    if any(one.answer is not None and one.answer.cost is not None for one in results):
        lines.append(_row("cost", [f"{_cost(own):.6g}" for own in by_model], widths))
    return [*lines, ""]


def _row(label: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    columns = [f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)]
    return f"{one_line(label, _CASE_WIDTH):<{_CASE_WIDTH}}  {'  '.join(columns)}".rstrip()


def _cell(result: CaseResult | None) -> str:
    if result is None:
        return "not asked"
    verdict = result.verdict
    return str(verdict.verdict) if verdict.score is None else f"{verdict.verdict} {verdict.score:.2f}"


def _passed(results: Sequence[CaseResult]) -> str:
    counts = Counter(one.verdict.verdict for one in results)
    return f"{counts[VerdictKind.PASSED]} of {len(results)}"


def _latency(results: Sequence[CaseResult]) -> str:
    times = [one.elapsed_s for one in results if one.answer is not None]
    return f"{sum(times) / len(times):.2f} s" if times else "none"


def _cost(results: Sequence[CaseResult]) -> float:
    return sum(one.answer.cost for one in results if one.answer is not None and one.answer.cost is not None)
