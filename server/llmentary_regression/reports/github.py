"""
GitHub annotations: workflow commands that put each verdict at its line of the suite.
"""

from __future__ import annotations

from llmentary_regression.core.safe_text import printable
from llmentary_regression.reports.attention import (
    cases_to_see,
    label_of,
    level_of,
    path_in_repository,
    problems_to_see,
    summary_line,
)
from llmentary_regression.reports.document import Document

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_MAX_PER_LEVEL = 10
"""GitHub shows this many annotations of one level in a step and drops the rest; ours say what was dropped."""


def render_github(document: Document) -> str:
    """
    Return the workflow commands, one a line: the worst first, and at most ten of a level.
    """
    annotations: dict[str, list[str]] = {"error": [], "warning": [], "note": []}
    for problem in problems_to_see(document):
        level = "error" if problem["severity"] == "error" else "warning"
        path = path_in_repository(document, problem["path"])
        annotations[level].append(
            _annotation(level, path, problem["line"], problem["code"], problem["message"])
        )
    for case in cases_to_see(document):
        level = level_of(case)
        title = f"{case['verdict']}: {label_of(case)}"
        path = path_in_repository(document, case["suite"])
        annotations[level].append(_annotation(level, path, case["line"], title, _message(case)))
    lines = []
    for level, found in annotations.items():
        if len(found) <= _MAX_PER_LEVEL:
            lines += found
            continue
        kept = _MAX_PER_LEVEL - 1
        more = f"{len(found) - kept} more of this kind; the job summary or another report lists them"
        lines += [*found[:kept], f"::{_COMMANDS[level]} title=llmentary::{_data(more)}"]
    lines.append(_data(f"llmentary: {summary_line(document)}"))
    return "\n".join(lines) + "\n"


def _annotation(level: str, path: str, line: int | None, title: str, message: str) -> str:
    place = f",line={line}" if line is not None else ""
    return f"::{_COMMANDS[level]} file={_property(path)}{place},title={_property(title)}::{_data(message)}"


def _message(case: Document) -> str:
    words = [case["message"]]
    if case["verdict"] == "new":
        words.append("Approve it: llmentary approve")
    if case.get("answer") is not None:
        words.append(f"Answer: {case['answer']}")
    return "\n".join(words)


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
