"""
The JSON report: fields are only ever added (`docs/report.schema.json`).
"""

from __future__ import annotations

import json
from typing import Any

from llmentary_regression.reports.document import Document, report_document
from llmentary_regression.reports.finished_run import FinishedRun


def render_json(run: FinishedRun, **options: Any) -> str:
    """
    Return the report of a run as a JSON document; the options are those of `report_document`.
    """
    return write_json(report_document(run, **options))


def write_json(document: Document) -> str:
    """
    Return a document as JSON text.
    """
    text = json.dumps(document, ensure_ascii=False, indent=1)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form; as an escape it is still valid JSON.
        text = json.dumps(document, indent=1)
    return text + "\n"
