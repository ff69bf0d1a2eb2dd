"""
The kinds of report files: their names, and who writes each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from llmentary_regression.core.safe_text import escape_in_json

if TYPE_CHECKING:
    from llmentary_regression.reports.document import Document

Renderer: TypeAlias = "Callable[[Document], str]"


def render_report(kind: str, document: Document) -> str:
    """
    Return a document as the text of one kind of report.
    """
    return _KINDS[kind](document)


def write_json(document: Document) -> str:
    """
    Return a document as JSON text; fields are only ever added (`docs/report.schema.json`).
    """
    text = json.dumps(document, ensure_ascii=False, indent=1)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form; as an escape it is still valid JSON.
        text = json.dumps(document, indent=1)
    return escape_in_json(text) + "\n"


# Each kind is imported when it is written: a run without reports, and `--help`, load none of them.


def _junit(document: Document) -> str:
    from llmentary_regression.reports.junit import render_junit

    return _encodable(render_junit(document))


def _markdown(document: Document) -> str:
    from llmentary_regression.reports.markdown import render_markdown

    return _encodable(render_markdown(document))


def _html(document: Document) -> str:
    from llmentary_regression.reports.html import render_html

    return _encodable(render_html(document))


def _github(document: Document) -> str:
    from llmentary_regression.reports.github import render_github

    return _encodable(render_github(document))


def _sarif(document: Document) -> str:
    from llmentary_regression.reports.sarif import render_sarif

    return _encodable(render_sarif(document))


def _encodable(text: str) -> str:
    """
    Return a report as it can be written: a lone surrogate of a suite has no UTF-8 form.
    """
    return text.encode("utf-8", "replace").decode()


_KINDS: Mapping[str, Renderer] = {
    "json": write_json,
    "junit": _junit,
    "markdown": _markdown,
    "html": _html,
    "github": _github,
    "sarif": _sarif,
}
KINDS = tuple(_KINDS)
"""The names of all kinds, in the order in which help and messages list them."""
