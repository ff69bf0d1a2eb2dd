"""
The HTML report: one file that needs no network and shows all of its content even without scripts.

Every text is escaped where it enters; the page's own policy allows its one script and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from llmentary_regression.core.safe_text import printable
from llmentary_regression.reports.attention import label_of, rank_of, summary_line, summary_parts
from llmentary_regression.reports.document import Document
from llmentary_regression.reports.run_plots import drift_plots, run_plot, trend_line

_PAGE = Path(__file__).with_name("page")
_COLUMNS = (
    ("rank", "number", "Verdict"),
    ("name", "text", "Case"),
    ("reason", "text", "Reason"),
    ("score", "number", "Score"),
    ("time", "number", "Time"),
)
_TREND = '<th scope="col">Trend</th>'


def render_html(document: Document) -> str:
    """
    Return the report as a page.
    """
    style = (_PAGE / "page.css").read_text(encoding="utf-8")
    script = (_PAGE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    summary = _text(summary_line(document))
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>llmentary: {summary}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>llmentary: {summary}</h1>",
        f'<p class="faint">{_about(document)}</p>',
        *_problems(document),
        *_runs(document),
        *_cases(document),
        "</main>",
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _about(document: Document) -> str:
    words = [f"{len(document['cases'])} cases in {document['elapsed_s']:.1f} s"]
    words.append("strict" if document["strict"] else "not strict")
    words.append(f"exit code {document['exit_code']}")
    if document.get("merged", 1) > 1:
        words.append(f"joined from {document['merged']} reports")
    tool = document.get("tool") or {}
    words.append(f"llmentary {tool.get('version', '')}".strip())
    return _text(" · ".join(words))


def _runs(document: Document) -> Iterator[str]:
    runs = document.get("runs") or []
    verdicts = [run_plot(runs)] if len(runs) > 1 else []
    drift = drift_plots(document.get("drift") or {})
    if not verdicts and drift is None:
        return
    yield '<section aria-labelledby="runs">\n<h2 id="runs">Runs</h2>\n<div class="plots wider">'
    yield from verdicts
    if drift is None:
        yield "</div>"
    else:
        yield f"{drift.whole}\n</div>\n{drift.parts}"
    yield "</section>"


def _problems(document: Document) -> Iterator[str]:
    problems = [one for one in document["problems"] if one["severity"] in ("error", "warning")]
    if not problems:
        return
    yield '<h2>Problems to fix</h2>\n<ul class="problems">'
    for problem in problems:
        style = "changed" if problem["severity"] == "error" else "unsure"
        place = problem["path"] if problem["line"] is None else f"{problem['path']}:{problem['line']}"
        yield (
            f'<li><span class="badge {style}">{_text(problem["severity"])}</span> '
            f'<span class="place">{_text(place)}</span> {_text(problem["message"])} '
            f'<span class="faint">{_text(problem["code"])}</span></li>'
        )
    yield "</ul>"


def _cases(document: Document) -> Iterator[str]:
    cases = sorted(document["cases"], key=lambda case: (not case["fails"], rank_of(case)))
    if not cases:
        return
    yield '<h2 id="cases">Cases</h2>'
    yield '<div class="verdicts" role="group" aria-label="Show these verdicts alone">'
    for verdict, count in summary_parts(document):
        yield (
            f'<button type="button" class="{_text(verdict)}" value="{_text(verdict)}" aria-pressed="false" '
            f"disabled>{count} {_text(verdict)}</button>"
        )
    yield (
        '</div>\n<div class="tools" id="tools" hidden>\n'
        '<label>Search <input id="search" type="search" autocomplete="off" '
        'placeholder="name, question, suite, tag, reason"></label>\n'
        '<label><input id="fails" type="checkbox" style="width:auto"> only what fails</label>\n'
        '<span id="told" class="faint" role="status"></span>\n'
        '<span class="faint"><kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> open, '
        "<kbd>e</kbd> <kbd>c</kbd> open or close all</span>\n</div>"
    )
    has_trend = any(case.get("trend") for case in cases)
    yield '<table class="cases" aria-labelledby="cases">\n<thead><tr>'
    for column, kind, title in _COLUMNS:
        yield (
            f'<th scope="col" data-column="{column}" data-kind="{kind}" aria-sort="none">'
            f'<button type="button">{title}</button></th>'
        )
    if has_trend:
        yield _TREND
    yield "</tr></thead>"
    for number, case in enumerate(cases):
        yield from _case(case, number, has_trend=has_trend)
    yield "</table>"


def _case(case: Document, number: int, *, has_trend: bool) -> Iterator[str]:
    label, verdict = label_of(case), case["verdict"]
    searched = " ".join(
        [case["suite"], label, case["question"], verdict, case["reason"], case["model"] or "", *case["tags"]]
    )
    fails = " data-fails" if case["fails"] else ""
    score = case["score"] if isinstance(case["score"], (int, float)) else None
    yield (
        f'<tbody data-order="{number}" data-rank="{rank_of(case)}" data-verdict="{_text(verdict)}"{fails} '
        f'data-name="{_text(label.lower())}" data-reason="{_text(case["reason"])}" '
        f'data-score="{-1 if score is None else score}" data-time="{case["elapsed_s"]}" '
        f'data-text="{_text(searched.lower())}">'
    )
    strict = ' <span class="faint">(strict)</span>' if case["fails"] and verdict in ("new", "unsure") else ""
    tags = "".join(f' <span class="tag">{_text(tag)}</span>' for tag in case["tags"])
    yield (
        f'<tr class="case"><td><span class="badge {_text(verdict)}">{_text(verdict)}</span>{strict}</td>'
        f'<td><button type="button" class="open" aria-expanded="true" aria-controls="d{number}">'
        f"{_text(label)}"
        f'</button>{tags}<br><span class="place">{_text(case["suite"])}:{case["line"]}</span></td>'
        f"<td>{_text(case['message'])}</td>"
        f'<td class="number">{"" if score is None else f"{score:.3f}"}</td>'
        f'<td class="number">{case["elapsed_s"]:.2f} s</td>'
        + (f"<td>{trend_line(case.get('trend') or [])}</td>" if has_trend else "")
        + "</tr>"
    )
    span = len(_COLUMNS) + has_trend
    yield f'<tr class="details" id="d{number}"><td colspan="{span}"><dl>'
    for term, value in _details(case):
        yield f"<dt>{term}</dt><dd>{value}</dd>"
    yield "</dl></td></tr></tbody>"


def _details(case: Document) -> Iterator[tuple[str, str]]:
    yield "question", f"<pre>{_text(case['question'])}</pre>"
    yield "reason", f"{_text(case['message'])} <span class='faint'>{_text(case['reason'])}</span>"
    if case["facts"]:
        yield "differs", _text(", ".join(case["facts"]))
    if case["model"]:
        approved = case["approved_model"]
        before = f" (approved with {approved})" if approved and approved != case["model"] else ""
        yield "model", _text(f"{case['model']}{before}")
    if case["sampling"]:
        yield "samples", _text(f"{case['sampling']['passed']} of {case['sampling']['judged']} passed")
    failure = case.get("failure") or {}
    frames = [f"{one['path']}:{one['line']} in {one['function']}" for one in failure.get("frames", ())]
    if frames:
        yield "raised at", f"<pre>{_text(chr(10).join(frames))}</pre>"
    for word in ("message", "output"):
        if failure.get(word):
            yield word, f"<pre>{_text(failure[word])}</pre>"
    if case.get("diff"):
        yield "approved", _side(case["diff"], "removed")
        yield "now", _side(case["diff"], "added")
    elif case.get("answer") is not None:
        yield "answer", f'<pre class="diff">{_text(case["answer"])}</pre>'


def _side(segments: Sequence[Document], kind: str) -> str:
    """
    Return one side of a diff; of a stretch whose words were left out the number of words is shown.
    """
    tag = {"removed": "del", "added": "ins"}[kind]
    pieces = []
    for segment in segments:
        if segment["kind"] not in ("equal", kind):
            continue
        text = segment.get("text")
        count = segment["words"]
        shown = f"[{count} word{'' if count == 1 else 's'}] " if text is None else text
        pieces.append(_text(shown) if segment["kind"] == "equal" else f"<{tag}>{_text(shown)}</{tag}>")
    return f'<pre class="diff">{"".join(pieces)}</pre>'


def _text(value: object) -> str:
    return escape(printable(str(value)))
