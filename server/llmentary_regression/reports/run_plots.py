"""
Plots of earlier runs on the HTML page: verdicts of one case and of all cases, and drift with its numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from llmentary_regression.core.model import VerdictKind
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.bar_plot import Column, bar_plot, minute_of
from llmentary_regression.reports.finished_run import WORST_FIRST

_MAX_RUNS = 30
_MAX_PLOTS = 24
_TOPS = (0.1, 0.25, 0.5, 1.0)
"""The shares that the highest line may stand for; all plots have one scale, so that they can be compared."""
_KINDS = ("changed", "unsure")


@dataclass(frozen=True, slots=True)
class _Series:
    label: str
    points: Mapping[str, Mapping[str, int]]
    """By the time of their run, oldest first."""

    def share(self, at: str) -> float:
        point = self.points.get(at)
        return 0.0 if point is None else sum(point[kind] for kind in _KINDS) / point["judged"]

    @property
    def shares(self) -> list[float]:
        return [self.share(at) for at in self.points]


@dataclass(frozen=True, slots=True)
class DriftPlots:
    """
    The plots of a drift, as pieces of a page.
    """

    whole: str
    """Of all answers."""
    parts: str
    """Of each tag and model, and all numbers."""


def drift_plots(drift: Mapping[str, Any]) -> DriftPlots | None:
    """
    Return the plots; None where there are no two runs to compare.
    """
    whole = list(_read({"Drift": drift.get("all")}))
    tags = list(_read({f"#{tag}": points for tag, points in (drift.get("tags") or {}).items()}))
    models = list(_read(drift.get("models") or {}))
    every = [*whole, *tags, *models]
    times = sorted({at for series in every for at in series.points})[-_MAX_RUNS:]
    if len(times) < 2:
        return None
    highest = max(share for series in every for share in series.shares)
    top = next((one for one in _TOPS if one >= highest), _TOPS[-1])
    groups = [*_group("By tag", tags, times, top), *_group("By model", models, times, top)]
    return DriftPlots(
        "\n".join(_plot(one, times, top) for one in whole),
        "\n".join([_LEGEND, *_folded("Drift by tag and model", groups), *_numbers(every, times)]),
    )


_LEGEND = (
    '<p class="faint">Drift is the share of judged answers that are no longer what was approved: '
    '<span class="key changed"></span> changed, <span class="key unsure"></span> unsure. '
    '<span class="hint" hidden>Point at a run to read it, or focus a plot and press <kbd>\u2190</kbd> '
    "<kbd>\u2192</kbd>.</span></p>"
)


def _read(series: Mapping[str, Any]) -> Iterator[_Series]:
    """
    Yield the series that have points; a merged report may contain anything, so malformed points are skipped.
    """
    for label, points in series.items():
        good = {
            str(point["at"]): point
            for point in points or ()
            if "at" in point and all(isinstance(point.get(word), int) for word in ("judged", *_KINDS))
        }
        if any(point["judged"] > 0 for point in good.values()):
            yield _Series(label, {at: good[at] for at in sorted(good) if good[at]["judged"] > 0})


def _group(title: str, group: Sequence[_Series], times: Sequence[str], top: float) -> Iterator[str]:
    """
    Yield the plots of all tags or models, those with the most drift in the newest run first.
    """
    if not group:
        return
    ranked = sorted(group, key=lambda one: (-one.shares[-1], -max(one.shares), one.label))
    yield f'<h3>{title}</h3>\n<div class="plots">'
    yield from (_plot(one, times, top) for one in ranked[:_MAX_PLOTS])
    yield "</div>"
    if len(ranked) > _MAX_PLOTS:
        yield f'<p class="faint">{len(ranked) - _MAX_PLOTS} more drift less; their numbers are below.</p>'


def _plot(series: _Series, times: Sequence[str], top: float) -> str:
    columns = [Column(at, _summary(series, at), _parts(series.points.get(at))) for at in times]
    about = series.label if series.label == "Drift" else f"Drift of {series.label}"
    return bar_plot(series.label, about, columns, top=top)


def _parts(point: Mapping[str, int] | None) -> list[tuple[str, float]] | None:
    return None if point is None else [(kind, point[kind] / point["judged"]) for kind in _KINDS]


def _summary(series: _Series, at: str) -> str:
    point = series.points.get(at)
    if point is None:
        return "not judged"
    words = ", ".join(f"{point[kind]} {kind}" for kind in _KINDS if point[kind]) or "none"
    return f"{series.share(at):.0%}, {words} of {point['judged']}"


def _numbers(every: Sequence[_Series], times: Sequence[str]) -> Iterator[str]:
    lines = [
        '<div class="wide" role="region" tabindex="0" aria-label="Drift in numbers">\n'
        '<table class="numbers">\n<thead><tr><th scope="col">Run</th>',
        *(f'<th scope="col">{escape(one_line(series.label, 60))}</th>' for series in every),
        "</tr></thead>\n<tbody>",
    ]
    for at in reversed(times):
        cells = "".join(f"<td>{_cell(series, at)}</td>" for series in every)
        lines.append(f'<tr><th scope="row">{escape(minute_of(at))}</th>{cells}</tr>')
    yield from _folded("Drift in numbers", [*lines, "</tbody>\n</table>\n</div>"])


def _folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"<details>\n<summary>{title}</summary>"
        yield from lines
        yield "</details>"


def _cell(series: _Series, at: str) -> str:
    point = series.points.get(at)
    if point is None:
        return '<span class="faint">not judged</span>'
    moved = sum(point[kind] for kind in _KINDS)
    return f'{series.share(at):.0%} <span class="faint">{moved} of {point["judged"]}</span>'


_MAX_POINTS = 30
_STEP, _HEIGHT = 4, 18
_MIN_HEIGHT = 4
"""A bar is at least this high, so that its color can be seen."""


def trend_line(points: Sequence[Mapping[str, Any]]) -> str:
    """
    Return the last runs of one case: a bar's height is the score, its color the verdict.
    """
    shown = list(points)[-_MAX_POINTS:]
    if not shown:
        return ""
    # One path per verdict: ten thousand cases with thirty elements each are too much for a browser.
    bars: defaultdict[str, str] = defaultdict(str)
    for place, point in enumerate(shown):
        score = point.get("score")
        share = score if isinstance(score, (int, float)) and 0 <= score <= 1 else 1.0
        height = _MIN_HEIGHT + round((_HEIGHT - _MIN_HEIGHT) * share)
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
    for run in list(runs)[-_MAX_POINTS:]:
        counts = [(str(kind), _count(run, kind)) for kind in reversed(WORST_FIRST) if _count(run, kind)]
        total = sum(count for _, count in counts)
        summary = ", ".join(f"{count} {verdict}" for verdict, count in reversed(counts))
        parts = [(verdict, count / total) for verdict, count in counts]
        columns.append(Column(str(run.get("at", "")), summary or "nothing asked", parts))
    return bar_plot("Verdicts", "Verdicts by run", columns)


def _count(run: Mapping[str, Any], kind: VerdictKind) -> int:
    value = run.get(str(kind), 0)
    return value if isinstance(value, int) else 0
