"""
CodeLens: run, approve and state above each case, and the same for the whole file at its top.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from lsprotocol import types

from llmentary_regression.core.model import Case, Span, VerdictKind, count_of
from llmentary_regression.lsp.positions import range_as_json
from llmentary_regression.lsp.protocol import APPROVE_AND_PIN, APPROVE_CASES, RUN_CASES, SHOW_DIFF
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState, verdict_span
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.lsp.views import describe_state, has_diff, is_pinnable, is_to_be_approved

Lens: TypeAlias = "dict[str, Any]"
"""A CodeLens as JSON: sending those of 10,000 cases as values of `lsprotocol` takes over a second."""

_SPANS_AT_ONCE = 500
_MAX_RESOLVED = 1_000
"""In a suite with more lenses, the state of a case is resolved when its lens scrolls into view."""


async def code_lens(ls: Server, params: types.CodeLensParams) -> list[Lens]:
    """
    Return the lenses of a suite, with pauses for other work: it may have many thousand cases.
    """
    ls.scheduler.lenses.note_fetch()
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None or not snapshot.cases:
        return []
    lenses = _file_lenses(suite, snapshot)
    by_span = _cases_by_span(snapshot)
    for number, (span, cases) in enumerate(by_span.items(), 1):
        if number % _SPANS_AT_ONCE == 0:
            await asyncio.sleep(0)
        where = ls.positions.to_client_range(snapshot.lines, span)
        keys = [case.key for case in cases]
        lenses.append(_lens(where, "Run regression", RUN_CASES, {"uri": suite.uri, "keys": keys}))
        approvable = [case.key for case in cases if is_to_be_approved(suite, case)]
        if approvable:
            title = "Approve" if len(cases) == 1 else f"Approve {len(approvable)}"
            lenses.append(_lens(where, title, APPROVE_CASES, {"uri": suite.uri, "keys": approvable}))
            if ls.client_can_pin and len(cases) == 1 and is_pinnable(suite, cases[0]):
                argument = {"uri": suite.uri, "keys": keys}
                lenses.append(_lens(where, "Approve and pin…", APPROVE_AND_PIN, argument))
        if ls.client_can_diff and len(cases) == 1 and _is_comparable(suite, cases[0]):
            lenses.append(_lens(where, "Diff", SHOW_DIFF, {"uri": suite.uri, "keys": keys}))
        if len(by_span) <= _MAX_RESOLVED:
            lenses.append(_lens(where, _state_text(suite, cases)))
        else:
            lenses.append({"range": range_as_json(where), "data": {"uri": suite.uri, "keys": keys}})
    return lenses


async def resolve_lens(ls: Server, lens: types.CodeLens) -> types.CodeLens:
    """
    Add the state of its cases to a lens.
    """
    if lens.command is not None or not isinstance(lens.data, dict):
        return lens
    suite = ls.suite_at(str(lens.data.get("uri", "")))
    snapshot = await ls.read(suite) if suite is not None else None
    keys = lens.data.get("keys")
    text = "not run"
    if suite is not None and snapshot is not None and isinstance(keys, list):
        cases = [snapshot.cases[key] for key in keys if key in snapshot.cases]
        text = _state_text(suite, cases)
    lens.command = types.Command(title=text, command="")
    return lens


def _state_text(suite: SuiteState, cases: Sequence[Case]) -> str:
    if len(cases) == 1:
        return describe_state(suite, cases[0])
    counts: Counter[str] = Counter()
    for case in cases:
        state = suite.cases.get(case.key)
        result = suite.result_of(case)
        if state is not None and state.run is not None:
            counts["running…"] += 1
        else:
            counts["not run" if result is None else str(result.verdict.kind)] += 1
    return ", ".join(count_of(count, word) for word, count in counts.items())


def _file_lenses(suite: SuiteState, snapshot: Snapshot) -> list[Lens]:
    top = types.Range(types.Position(0, 0), types.Position(0, 0))
    lenses = [_lens(top, "Run all in file", RUN_CASES, {"uri": suite.uri})]
    new = [
        case.key
        for case in snapshot.parsed.suite.cases
        if is_to_be_approved(suite, case) and _verdict_of(suite, case) is VerdictKind.NEW
    ]
    if new:
        arguments = {"uri": suite.uri, "keys": new}
        lenses.append(_lens(top, "Approve all new", APPROVE_CASES, arguments))
    return lenses


def _is_comparable(suite: SuiteState, case: Case) -> bool:
    result = suite.result_of(case)
    return result is not None and has_diff(result)


def _verdict_of(suite: SuiteState, case: Case) -> VerdictKind | None:
    result = suite.result_of(case)
    return result.verdict.kind if result is not None else None


def _cases_by_span(snapshot: Snapshot) -> dict[Span, list[Case]]:
    """
    Return the cases by the span of their lenses; a row's lens is on the row, and the header has one for all.
    """
    by_span: dict[Span, list[Case]] = {}
    for case in snapshot.parsed.suite.cases:
        by_span.setdefault(case.span, []).append(case)
        span = verdict_span(case)
        if span != case.span:
            by_span.setdefault(span, []).append(case)
    return by_span


def _lens(
    where: types.Range, title: str, command: str = "", argument: Mapping[str, object] | None = None
) -> Lens:
    return {
        "range": range_as_json(where),
        "command": {
            "title": title,
            "command": command,
            **({} if argument is None else {"arguments": [argument]}),
        },
    }


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, STATIC_CAPABILITIES[types.TEXT_DOCUMENT_CODE_LENS])(
        code_lens
    )
    server.feature(types.CODE_LENS_RESOLVE)(resolve_lens)
