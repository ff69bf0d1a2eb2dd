"""
GitHub annotations are one command a line, each at its place.
"""

from __future__ import annotations

import re

from llmentary_regression.reports.document import report_document
from llmentary_regression.reports.github import render_github
from report_makers import MakeDocument, MakeResult, MakeRun

COMMAND = re.compile(r"::(error|warning|notice) (?:file=([^,:]+)(?:,line=(\d+))?,)?title=([^,:]*)::(.+)")


def test_each_line_is_one_command(full_document: MakeDocument) -> None:
    """
    No text of a suite ends a command, adds a property or starts another command.
    """
    *lines, summary = render_github(full_document(answers=True, folder="shop é")).rstrip("\n").split("\n")

    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    assert [one[1] for one in found if one] == ["error"] * 4 + ["warning", "notice"]
    assert {one[2] for one in found if one} == {"shop é/faq/shop.llmtest"}
    assert [one[3] for one in found if one] == ["5", "13", "11", "3", "7", "9"]
    assert summary.startswith("llmentary: 1 error")


def test_strict_makes_errors_of_what_fails(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    The level follows what the run makes of a verdict.
    """
    run = make_run(make_result("new", reason="no-baseline"))
    document = report_document(run)
    document["cases"][0]["fails"] = True

    assert render_github(document).startswith("::error ")


def test_what_github_would_drop_is_counted(make_result: MakeResult, make_run: MakeRun) -> None:
    """
    GitHub shows ten of a level; the tenth says how many there are besides.
    """
    results = [make_result(line=line) for line in range(1, 31)]
    lines = render_github(report_document(make_run(*results))).rstrip("\n").split("\n")

    assert len(lines) == 11
    assert lines[9].startswith("::error title=llmentary::21 more")
