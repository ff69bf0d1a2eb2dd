"""
The kinds of report files: their names, and who writes them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmentary_regression.reports.document import Document

KINDS = ("json", "junit", "markdown", "html", "github", "sarif")


def render_report(kind: str, document: Document) -> str:
    """
    Return a document as the text of one kind of report.
    """
    if kind == "json":
        from llmentary_regression.reports.json import write_json

        return write_json(document)
    module = import_module(f"llmentary_regression.reports.{kind}")
    text: str = getattr(module, f"render_{kind}")(document)
    # A lone surrogate of a suite has no UTF-8 form; a report must not die of it.
    return text.encode("utf-8", "replace").decode()
