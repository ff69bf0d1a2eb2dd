"""
Plots of verdicts in earlier runs, of one case and of all, as SVG that needs no script.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from llmentary_regression.core.model import VerdictKind
from llmentary_regression.reports.bar_plot import Column, bar_plot
from llmentary_regression.reports.finished_run import WORST_FIRST

_MOST_POINTS = 30
_STEP, _HEIGHT = 4, 18
_LOWEST = 4
"""A bar is at least so high, so that its colour is seen."""


def trend_line(points: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the last runs of one case: a bar's height is the score, its colour the verdict.
    """
    shown = list(points)[-_MOST_POINTS:]
    if not shown:
        return ""
    # One path a verdict: ten thousand cases with thirty elements each are more than a browser bears.
    bars: defaultdict[str, str] = defaultdict(str)
    for place, point in enumerate(shown):
        score = point.get("score")
        share = score if isinstance(score, (int, float)) and 0 <= score <= 1 else 1.0
        height = _LOWEST + round((_HEIGHT - _LOWEST) * share)
        bars[str(point.get("verdict"))] += f"M{place * _STEP + 1.5:g} {_HEIGHT}v-{height}"
    paths = "".join(f'<path class="{escape(verdict)}" d="{lines}"/>' for verdict, lines in bars.items())
    counts = Counter(str(point.get("verdict")) for point in shown)
    words = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    about = escape(f"last {len(shown)} runs: {words}; newest {shown[-1].get('verdict')}")
    width = len(shown) * _STEP
    return (
        f'<svg class="trend" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}" role="img" '
        f'aria-label="{about}">{paths}</svg>'
    )


def run_plot(runs: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the last runs as stacked bars: the share of each verdict.
    """
    columns = []
    for run in list(runs)[-_MOST_POINTS:]:
        counts = [(str(kind), _count(run, kind)) for kind in reversed(WORST_FIRST) if _count(run, kind)]
        total = sum(count for _, count in counts)
        told = ", ".join(f"{count} {verdict}" for verdict, count in reversed(counts))
        parts = [(verdict, count / total) for verdict, count in counts]
        columns.append(Column(str(run.get("at", "")), told or "nothing asked", parts))
    return bar_plot("Verdicts", "Verdicts by run", columns)


def _count(run: Mapping[str, Any], kind: VerdictKind) -> int:
    value = run.get(str(kind), 0)
    return value if isinstance(value, int) else 0
