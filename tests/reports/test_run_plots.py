"""
Drift is drawn for all answers, tags and models on one scale, and told in numbers.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from llmentary_regression.reports.run_plots import DriftPlots, drift_plots


def point(day: int, moved: int = 0, judged: int = 20) -> dict[str, Any]:
    return {"at": f"2026-11-{day:02}T10:00:00+00:00", "judged": judged, "unsure": moved, "changed": 0}


def drawn(drift: dict[str, Any]) -> DriftPlots:
    plots = drift_plots(drift)
    assert plots is not None
    return plots


@pytest.mark.parametrize(
    "drift",
    [
        {},
        {"all": [point(1)]},
        {"all": [point(1), point(2, judged=0)]},
        {"all": [point(1), {"at": "2026-11-02"}, {"judged": 3}], "tags": None},
    ],
)
def test_one_run_is_no_drift(drift: dict[str, Any]) -> None:
    """
    A plot needs two runs; points of a strange report are passed over.
    """
    assert drift_plots(drift) is None


@pytest.mark.parametrize(("moved", "top"), [(1, "10%"), (5, "25%"), (6, "50%"), (20, "100%")])
def test_all_plots_have_one_scale(moved: int, top: str) -> None:
    """
    The highest share of any series decides it, so that plots can be compared.
    """
    drift = {"all": [point(1), point(2)], "tags": {"policy": [point(1), point(2, moved)]}}

    plots = drawn(drift)

    assert re.findall(r'class="top">(\d+%)', plots.whole + plots.parts) == [top, top]


def test_every_plot_has_every_run() -> None:
    """
    A tag that is younger than the others leaves its first runs empty, and says so.
    """
    plots = drawn({"all": [point(1), point(2)], "tags": {"new": [point(2, 10)]}})

    assert plots.parts.count("<g>") == plots.whole.count("<g>") == 2
    assert "2026-11-01 10:00: not judged" in plots.parts


def test_what_drifts_most_stands_first() -> None:
    """
    With dozens of tags, the ones to look at are not at the end; what is not drawn is in the numbers.
    """
    tags = {f"t{number}": [point(1), point(2, number)] for number in range(20)}
    tags |= {f"steady{number}": [point(1), point(2)] for number in range(10)}

    text = drawn({"all": [point(1), point(2)], "tags": tags}).parts

    assert re.findall(r"<figcaption><span>(.*?)</span>", text)[:2] == ["#t19", "#t18"]
    assert text.count("<figure") == 24
    assert "6 more drift less" in text
    assert text.count('<th scope="col">') == 32
