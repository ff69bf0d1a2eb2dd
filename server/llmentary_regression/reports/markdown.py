"""
The Markdown report: a job summary, or a comment on a pull request.

Texts of suites are put into code spans, where nothing is a link, an image, a mention or a tag.
"""

from __future__ import annotations

import html
import re

from llmentary_regression.core.safe_text import one_line
from llmentary_regression.reports.attention import (
    cases_to_see,
    label_of,
    path_in_repository,
    problems_to_see,
    summary_line,
)
from llmentary_regression.reports.document import Document

MARK = "<!-- llmentary -->"
"""The first line, by which a later run finds the comment of an earlier one."""
_MAX_CHARACTERS = 60_000
"""A comment on GitHub may have 65,536."""
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_BADGES = {
    "error": "🟥",
    "failed": "🟥",
    "changed": "🟥",
    "unsure": "🟨",
    "new": "🟦",
    "skipped": "⬜",
    "passed": "🟩",
}


def render_markdown(document: Document) -> str:
    """
    Return the report as GitHub-flavoured Markdown, short enough for a comment.
    """
    failed = document["exit_code"] != 0
    lines = [MARK, f"### {'❌' if failed else '✅'} llmentary: {summary_line(document)}", ""]
    problems = problems_to_see(document)
    if problems:
        lines += ["| problem | where | |", "|---|---|---|"]
        lines += [
            f"| {problem['severity']} {problem['code']} "
            f"| {_place(document, problem['path'], problem['line'])} | {_prose(problem['message'])} |"
            for problem in problems[:50]
        ]
        lines.append("")
    cases = cases_to_see(document)
    if cases:
        lines += ["| verdict | case | where | reason | score |", "|---|---|---|---|---|"]
        room = _MAX_CHARACTERS - sum(map(len, lines))
        for number, case in enumerate(cases):
            row = _row(document, case)
            room -= len(row) + 1
            if room < 0:
                lines += ["", f"... and {len(cases) - number} more"]
                break
            lines.append(row)
        lines.append("")
    counted = len(document["cases"])
    lines.append(f"{counted} case{'' if counted == 1 else 's'} in {document['elapsed_s']:.1f} s")
    return "\n".join(lines) + "\n"


def _row(document: Document, case: Document) -> str:
    verdict = f"{_BADGES.get(case['verdict'], '⬜')} {case['verdict']}"
    if case["verdict"] in ("unsure", "new") and case["fails"]:
        verdict += " (strict)"
    score = "" if case["score"] is None else str(case["score"])
    reason = _prose(case["message"])
    model, approved = case["model"], case["approved_model"]
    if model and approved and model != approved:
        reason += f"; approved with {code(approved)}, now {code(model)}"
    if case.get("answer") is not None:
        reason += f"<br>now: {code(one_line(case['answer'], 500))}"
    return (
        f"| {verdict} | {code(one_line(label_of(case), 120))} "
        f"| {_place(document, case['suite'], case['line'])} | {reason} | {score} |"
    )


def _place(document: Document, path: str, line: int | None) -> str:
    path = path_in_repository(document, path)
    return code(f"{path}:{line}" if line is not None else path)


def code(text: str) -> str:
    """
    Return a text as a code span that also works in a table.
    """
    line = one_line(text).replace("|", "\\|") or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _prose(text: str) -> str:
    """
    Return one of our sentences: what it quotes as code, and the rest with every special character escaped.
    """
    pieces = one_line(text).split("`")
    if len(pieces) % 2 == 0:
        return code(text)
    return "".join(
        (code(piece) if piece else "``") if number % 2 else _harmless(piece)
        for number, piece in enumerate(pieces)
    )


def _harmless(text: str) -> str:
    return _SIGNS.sub(r"\\\1", html.escape(text, quote=False)).replace("@", "@<!-- -->")
