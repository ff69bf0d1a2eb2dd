"""
A plot of runs as stacked bars, on the HTML page.

It can be read by eye, by pointer or by keyboard: the page's script moves along the runs and writes each into
the `output` of the caption. Without the script each bar has a title, and the caption has the newest run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from llmentary_regression.core.safe_text import one_line

_STEP, _BAR, _HEIGHT = 10, 8, 60
_MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class Column:
    """
    One run.
    """

    at: str
    """When it began, in ISO 8601 and UTC."""
    summary: str
    """What is said about it."""
    parts: Sequence[tuple[str, float]] | None = None
    """Style and share (0..1), from the bottom up; None where there is nothing to show."""


def bar_plot(label: str, about: str, columns: Sequence[Column], *, top: float = 1.0) -> str:
    """
    Return the plot as a figure.

    Args:
        label: what is plotted.
        about: what screen readers say before the newest run.
        columns: the runs, the oldest first; at least one.
        top: the share that the highest line stands for.
    """
    width = len(columns) * _STEP
    bars = "".join(_column(place * _STEP, one, top) for place, one in enumerate(columns))
    newest = _sentence(columns[-1])
    first, last = (minute_of(one.at) for one in (columns[0], columns[-1]))
    shown = slice(11, None) if first[:10] == last[:10] else slice(10)
    widest = 12 + 2 * len(columns)  # a few runs are not stretched over the page
    return (
        f'<figure class="plot">\n<figcaption><span>{escape(one_line(label, _MAX_LABEL))}</span> '
        f"<output>{newest}</output></figcaption>\n"
        f'<div class="frame" style="max-width:{widest}rem"><span class="top">{top:.0%}</span>'
        f'<svg viewBox="0 0 {width} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(one_line(about, _MAX_LABEL))}, {len(columns)} runs. {newest}">'
        f'<path d="M0 0H{width}M0 {_HEIGHT / 2:g}H{width}M0 {_HEIGHT}H{width}"/>{bars}</svg>'
        f'<span class="days"><span>{escape(first[shown])}</span><span>{escape(last[shown])}</span></span>'
        "</div>\n</figure>"
    )


def minute_of(at: str) -> str:
    """
    Return a time as people read it, to the minute.
    """
    return one_line(at[:16].replace("T", " "))


def _column(left: float, column: Column, top: float) -> str:
    """
    Return the bars of one run, on a full-height background that the pointer hits even where they are low.
    """
    floor = float(_HEIGHT)
    # A share of 0 is different from nothing asked, so it has a line of its own.
    nothing = f'<rect class="none" x="{left + 1}" y="{_HEIGHT - 1}" width="{_BAR}" height="1"/>'
    bars = "" if column.parts is None else nothing
    for style, share in column.parts or ():
        height = _HEIGHT * share / top
        floor -= height
        if height:
            bars += (
                f'<rect class="{escape(style)}" x="{left + 1}" y="{floor:.2f}" '
                f'width="{_BAR}" height="{height:.2f}"/>'
            )
    return (
        f"<g><title>{_sentence(column)}</title>"
        f'<rect class="ground" x="{left}" y="0" width="{_STEP}" height="{_HEIGHT}"/>{bars}</g>'
    )


def _sentence(column: Column) -> str:
    return escape(f"{minute_of(column.at)}: {column.summary}")
