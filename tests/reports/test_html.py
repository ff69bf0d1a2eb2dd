"""
The HTML report is one safe file, and works in a real browser.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from llmentary_regression.core.model import JsonValue
from llmentary_regression.reports.html import render_html
from report_makers import MakeDocument

HERE = Path(__file__).parent
TREND = [{"at": "2026-11-20", "verdict": word, "score": 0.5} for word in ("passed", "changed", "passed")]
DRIFT: dict[str, JsonValue] = {
    "all": [
        {"at": f"2026-11-{day}T10:00:00+00:00", "judged": 20, "unsure": day % 4, "changed": day % 3}
        for day in (20, 21, 22)
    ],
    "tags": {"<b>policy": [{"at": "2026-11-21T10:00:00+00:00", "judged": 4, "unsure": 0, "changed": 0}]},
    "models": {},
}


class Elements(HTMLParser):
    """
    Counts elements, and collects attributes that would reach for the network or run something.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.reaching: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.reaching += [name for name, _ in attrs if name in ("src", "href") or name.startswith("on")]


def test_no_text_becomes_markup(full_document: MakeDocument) -> None:
    """
    There is one script, and it is ours; nothing is loaded and no handler stands in an attribute.
    """
    text = render_html(full_document(answers=True, drift=DRIFT))
    found = Elements(text)

    assert found.counts["script"] == 1
    assert "b" not in found.counts
    assert found.reaching == []
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", text.replace("&#x27;", "'"))


def test_all_can_be_read_without_scripts(full_document: MakeDocument) -> None:
    """
    Build servers that forbid scripts show every case with its details.
    """
    found = Elements(render_html(full_document()))
    text = render_html(full_document())

    assert found.counts["tbody"] == 7
    assert 'class="details" id="d0" hidden' not in text


@pytest.mark.slow
def test_a_reader_can_use_it(full_document: MakeDocument, tmp_path: Path) -> None:
    """
    Filter, search, sort, keyboard, diff, trend and dark mode, in a browser that asks nothing of the network.
    """
    page, picture = tmp_path / "r.html", tmp_path / "r.png"
    document = full_document(
        answers=True, trend_of=lambda _: TREND, runs=[{"at": "x", "passed": 1}] * 3, drift=DRIFT
    )
    page.write_text(render_html(document), encoding="utf-8")
    node, browser = shutil.which("node"), shutil.which("chromium") or shutil.which("google-chrome")
    assert node is not None, "node is needed to drive a browser; install it"
    assert browser is not None, "a Chromium is needed to look at the page; install chromium"

    done = subprocess.run(
        [node, str(HERE / "page_check.mjs"), str(page), browser, str(picture)],
        # A browser hangs under the faked clock that Python tests run under; nothing it shows depends on the day.
        env={name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "FAKETIME")},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["faults"] == []
    assert seen["requests"] == [page.as_uri()]
    assert (len(seen["all"]), seen["told"], seen["closed"]) == (7, "7 cases", 0)
    assert seen["dark"] == "rgb(20, 23, 28)"
    assert (len(seen["changed"]), seen["pressed"]) == (1, "true")
    assert (seen["searched"], seen["cleared"], seen["failing"]) == (["other"], 7, 3)
    assert seen["sort"] == "ascending"
    assert seen["byScore"] == sorted(seen["byScore"])
    assert seen["expanded"] == "true"
    assert seen["opened"]
    assert seen["openAll"] == 7
    assert {"DEL", "INS"} == set(seen["diff"])
    assert seen["trends"] == 7
    assert seen["unnamed"] == 0
    assert [place for place, _ in seen["plots"]] == [0, 0, 0]
    assert seen["plots"][1][1].startswith("Drift, 3 runs. 2026-11-22 10:00: 15%, 1 changed, 2 unsure of 20")
    assert seen["newest"] == seen["left"][0] == "2026-11-22 10:00: 15%, 1 changed, 2 unsure of 20"
    assert seen["before"] == seen["hovered"] == "2026-11-21 10:00: 5%, 1 unsure of 20"
    assert seen["oldest"] == "2026-11-20 10:00: 10%, 2 changed of 20"
    assert (seen["marked"], seen["left"][1]) == (1, 0)
    assert (seen["folded"], seen["numbers"]) == (
        False,
        [
            "2026-11-22 10:0015% 3 of 20not judged",
            "2026-11-21 10:005% 1 of 200% 0 of 4",
            "2026-11-20 10:0010% 2 of 20not judged",
        ],
    )
    assert seen["overflow"] <= 0
    assert picture.stat().st_size > 10_000
