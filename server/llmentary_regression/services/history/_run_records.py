"""
The record of one run as values, and as the compact document that the history stores.

Verdicts, reason codes, scores, latency, model, tokens, cost; no question and no answer. A column whose values
are all alike is kept as that one value, so ten thousand unchanged cases stay small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from llmentary_regression.core.model import CaseId, VerdictKind, value_class

FORMAT = 1


@value_class
class Record:
    """
    What one run found for one case.
    """

    verdict: VerdictKind
    reason: str
    """A stable code of `core/judging/_messages.py`, or the kind of failure."""
    elapsed_s: float
    score: float | None = None
    model: str | None = None
    tokens: int | None = None
    cost: float | None = None
    question: str = ""
    """Digest; empty for a case without a name."""
    settings: str = ""
    """Digest of the settings that affect the verdict."""
    approved_at: str | None = None
    """When the newest example that the answer was compared with was approved."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """
    What is kept of one run.
    """

    began: datetime
    cases: Mapping[CaseId, Record]
    is_whole: bool = True
    """Whether every case of the project was to be asked, and was."""
    is_comparison: bool = False
    """Whether models of the command line were compared; such a run is not the project's own last word."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The callable's source files below the root, with their digests."""


def join_parts(parts: Sequence[RunRecord]) -> RunRecord:
    """
    Return one run for the parts that several processes asked.
    """
    cases = {case_id: record for part in parts for case_id, record in part.cases.items()}
    sources = {name: digest for part in parts for name, digest in part.sources.items()}
    return RunRecord(min(part.began for part in parts), cases, is_whole=False, sources=sources)


def to_document(run: RunRecord) -> dict[str, Any]:
    """
    Return the document that is kept.
    """
    tables: dict[str, dict[object, int]] = {name: {} for name in _TABLES}
    suites: dict[str, list[tuple[str, Record]]] = {}
    for (suite, key), record in run.cases.items():
        suites.setdefault(suite, []).append((key, record))
    columns = {suite: _columns(rows, tables) for suite, rows in suites.items()}
    return {
        "format": FORMAT,
        "began": run.began.isoformat(),
        "whole": run.is_whole,
        "comparison": run.is_comparison,
        "sources": dict(run.sources),
        "tables": {name: list(table) for name, table in tables.items()},
        "suites": columns,
    }


def from_document(document: Mapping[str, Any]) -> RunRecord | None:
    """
    Return the record; None for one of another format, or a damaged one.
    """
    if document.get("format") != FORMAT:
        return None
    try:
        tables = document["tables"]
        kinds = {str(kind): kind for kind in VerdictKind}
        outcomes = [(kinds[verdict], reason) for verdict, reason in tables["outcome"]]
        cases = {}
        for suite, columns in document["suites"].items():
            keys = columns["keys"]
            values = [_unpacked(columns[name], len(keys)) for name in _COLUMNS]
            for key, (outcome, elapsed, score, model, tokens, cost, question, settings, approved) in zip(
                keys, zip(*values, strict=True), strict=True
            ):
                verdict, reason = outcomes[outcome]
                cases[CaseId(suite, key)] = Record(
                    verdict,
                    reason,
                    elapsed_s=elapsed / 1000,
                    score=score,
                    model=tables["model"][model],
                    tokens=tokens,
                    cost=cost,
                    question=question,
                    settings=tables["settings"][settings],
                    approved_at=tables["approved"][approved],
                )
        return RunRecord(
            datetime.fromisoformat(document["began"]).astimezone(timezone.utc),
            cases,
            document["whole"],
            document["comparison"],
            document["sources"],
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


_TABLES = ("outcome", "model", "settings", "approved")
_COLUMNS = ("outcome", "elapsed_ms", "score", "model", "tokens", "cost", "question", "settings", "approved")


def _columns(rows: Sequence[tuple[str, Record]], tables: dict[str, dict[object, int]]) -> dict[str, Any]:
    records = [record for _, record in rows]

    def numbered(name: str, values: Iterable[object]) -> list[int]:
        table = tables[name]
        return [table.setdefault(value, len(table)) for value in values]

    columns: dict[str, list[Any]] = {
        "outcome": numbered("outcome", ((str(one.verdict), one.reason) for one in records)),
        "elapsed_ms": [round(one.elapsed_s * 1000, 1) for one in records],
        "score": [None if one.score is None else round(one.score, 4) for one in records],
        "model": numbered("model", (one.model for one in records)),
        "tokens": [one.tokens for one in records],
        "cost": [one.cost for one in records],
        "question": [one.question for one in records],
        "settings": numbered("settings", (one.settings for one in records)),
        "approved": numbered("approved", (one.approved_at for one in records)),
    }
    return {"keys": [key for key, _ in rows], **{name: _packed(column) for name, column in columns.items()}}


def _packed(column: list[Any]) -> Any:
    first = column[0]
    return first if column.count(first) == len(column) else column


def _unpacked(column: Any, count: int) -> list[Any]:
    return column if isinstance(column, list) else [column] * count
