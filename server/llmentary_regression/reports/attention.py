"""
What in a document needs attention, and how serious it is: decided once for all kinds of report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from llmentary_regression.core.model import count_of
from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.document import Document
from llmentary_regression.reports.finished_run import WORST_FIRST

_RANKS = {str(kind): rank for rank, kind in enumerate(WORST_FIRST)}
_QUIET = frozenset({"passed", "skipped"})


def cases_to_see(document: Document) -> list[Document]:
    """
    Return the cases that need attention, worst first, else in file order.
    """
    cases = [case for case in document["cases"] if case["fails"] or case["verdict"] not in _QUIET]
    return sorted(cases, key=lambda case: (not case["fails"], rank_of(case)))


def problems_to_see(document: Document) -> list[Document]:
    """
    Return the problems that should be fixed: errors before warnings.
    """
    problems = [one for one in document["problems"] if one["severity"] in ("error", "warning")]
    return sorted(problems, key=lambda problem: problem["severity"] != "error")


def rank_of(case: Document) -> int:
    """
    Return a verdict's rank by severity; 0 is the worst. An unknown verdict comes last.
    """
    return _RANKS.get(case["verdict"], len(_RANKS))


def level_of(case: Document) -> str:
    """
    Return `error`, `warning` or `note`.
    """
    if case["fails"]:
        return "error"
    return "note" if case["verdict"] in ("new", *_QUIET) else "warning"


def label_of(case: Document) -> str:
    """
    Return the case's label on one line.
    """
    return one_line(str(case.get("label") or case["name"] or case["question"]), 200)


def path_in_repository(document: Document, path: str) -> str:
    """
    Return a suite's path below the repository's root, which code hosts use.
    """
    folder = document.get("folder") or ""
    return f"{folder}/{path}" if folder and not path.startswith("/") else path


def uri_of(path: str) -> str:
    """
    Return a path as a relative reference.
    """
    return quote(path.encode("utf-8", "surrogatepass"), safe="/:")


def summary_parts(document: Document) -> Iterator[tuple[str, int]]:
    """
    Yield verdicts and how often each was given, worst first, without those that were not.
    """
    summary: dict[str, Any] = document["summary"]
    for verdict in sorted(summary, key=lambda verdict: _RANKS.get(verdict, len(_RANKS))):
        if summary[verdict]:
            yield verdict, summary[verdict]


def summary_line(document: Document) -> str:
    """
    Return the counts in one line.
    """
    line = ", ".join(count_of(count, verdict) for verdict, count in summary_parts(document))
    line = line or "no case was asked"
    if document["interrupted"]:
        asked = len(document["cases"])
        line += f"; interrupted, {document['selected'] - asked} of {document['selected']} not asked"
    broken = sum(problem["severity"] == "error" for problem in document["problems"])
    if broken:
        line += f"; {broken} problem{'' if broken == 1 else 's'} to fix in suites"
    return line
