"""
Small plots of earlier runs, as SVG that needs no script: a bar a run, its colour the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from llmentary.core.model import VerdictKind
from llmentary.reports.finished_run import WORST_FIRST

_MOST_POINTS = 30
_BAR, _STEP, _HEIGHT = 3, 4, 18
_LOWEST = 4
"""A bar is at least so high, so that its colour is seen."""


def trend_line(points: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the last runs of one case: a bar's height is the score, its colour the verdict.
    """
    shown = list(points)[-_MOST_POINTS:]
    if not shown:
        return ""
    words = ", ".join(str(point.get("verdict")) for point in shown)
    bars = []
    for place, point in enumerate(shown):
        score = point.get("score")
        share = score if isinstance(score, (int, float)) and 0 <= score <= 1 else 1.0
        height = _LOWEST + round((_HEIGHT - _LOWEST) * share)
        bars.append(_bar(place * _STEP, _HEIGHT - height, _BAR, height, str(point.get("verdict")), point))
    width = len(shown) * _STEP
    return (
        f'<svg class="trend" width="{width}" height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}" role="img" '
        f'aria-label="last {len(shown)} runs: {escape(words)}">{"".join(bars)}</svg>'
    )


def run_plot(runs: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the last runs as stacked bars: the share of each verdict.
    """
    shown = list(runs)[-_MOST_POINTS:]
    bar, step, height = 14, 18, 80
    bars = []
    for place, run in enumerate(shown):
        total = sum(_count(run, kind) for kind in VerdictKind)
        top = 0.0
        for kind in WORST_FIRST:
            share = height * _count(run, kind) / total if total else 0.0
            if share:
                bars.append(_bar(place * step, round(top, 2), bar, round(share, 2), str(kind), run))
            top += share
    last = shown[-1]
    words = ", ".join(f"{_count(last, kind)} {kind}" for kind in WORST_FIRST if _count(last, kind))
    width = len(shown) * step
    return (
        f'<svg class="trend" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{len(shown)} runs; the last: {escape(words)}">{"".join(bars)}</svg>'
    )


def _count(run: Mapping[str, Any], kind: VerdictKind) -> int:
    value = run.get(str(kind), 0)
    return value if isinstance(value, int) else 0


def _bar(left: float, top: float, width: float, height: float, verdict: str, point: Mapping[str, Any]) -> str:
    about = escape(f"{point.get('at', '')} {verdict}".strip())
    return (
        f'<rect class="{escape(verdict)}" x="{left}" y="{top}" width="{width}" height="{height}">'
        f"<title>{about}</title></rect>"
    )
