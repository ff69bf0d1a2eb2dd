"""
The Markdown report is a table that no suite's text breaks out of.
"""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from llmentary_regression.reports.document import report_document
from llmentary_regression.reports.markdown import MARK, code, render_markdown
from report_makers import MakeDocument, MakeResult, MakeRun


def test_every_cell_holds_what_it_should(full_document: MakeDocument) -> None:
    """
    Rendered, there is one row a case, five cells each, and nothing of the suite is a tag, link or mention.
    """
    page = MarkdownIt("gfm-like", {"linkify": False}).render(render_markdown(full_document(answers=True)))

    rows = [row for row in page.split("<tr>") if "🟥" in row or "🟨" in row or "🟦" in row]
    assert len(rows) == 5
    assert [row.count("<td>") + row.count("<td ") for row in rows] == [5] * 5
    assert "<b>" not in page.replace("<b>&lt;", "")
    assert "</script>" not in page


def test_the_heading_sums_up(full_document: MakeDocument) -> None:
    """
    The first line finds the comment again, the second says it all.
    """
    first, second, *_ = render_markdown(full_document()).split("\n")

    assert first == MARK
    assert second == (
        "### ❌ llmentary: 1 error, 1 failed, 1 changed, 1 unsure, 1 new, 1 skipped, 1 passed; "
        "1 problem to fix in suites"
    )


def test_all_well_is_short(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    Where nothing needs attention there is no table.
    """
    text = render_markdown(report_document(make_run(make_result("passed", reason="same-text"))))

    assert text == f"{MARK}\n### ✅ llmentary: 1 passed\n\n1 case in 1.2 s\n"


@pytest.mark.parametrize("text", ["a", "`a`", "a `` b", "|", "a|b", "", "\n", "@me", "```"])
def test_code_spans_hold_anything(text: str) -> None:
    """
    Backticks and bars stay in their cell.
    """
    page = MarkdownIt("gfm-like", {"linkify": False}).render(f"| a |\n|---|\n| {code(text)} |\n")

    assert page.count("<td>") == 1
    assert page.count("<code>") == 1


def test_it_fits_into_a_comment(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    GitHub refuses a comment of more than 65,536 characters.
    """
    results = [make_result(name="x" * 100, line=line) for line in range(1, 1500)]
    text = render_markdown(report_document(make_run(*results)))

    assert len(text) < 65_536
    assert "more\n" in text
