"""
CodeLens: run, approve and state above each case, and the same for the whole file at its top.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from lsprotocol import types

from llmentary.core.explain import REASONS
from llmentary.core.model import Case, CaseResult, Privacy, Span, VerdictKind
from llmentary.core.sampling import count_samples
from llmentary.lsp.protocol import APPROVE_AND_PIN, APPROVE_CASES, RUN_CASES
from llmentary.lsp.server import Server
from llmentary.lsp.suites import CaseState, Snapshot, SuiteState, place_of

Lens: TypeAlias = "dict[str, Any]"
"""A CodeLens as JSON: as values of `lsprotocol` those of 10,000 cases take over a second to send."""

_PLACES_AT_ONCE = 500

TO_BE_APPROVED = frozenset({VerdictKind.NEW, VerdictKind.CHANGED, VerdictKind.REWORDED})
"""A passed answer could be approved again, but nobody needs to be asked."""


async def code_lens(ls: Server, params: types.CodeLensParams) -> list[Lens]:
    """
    Return the lenses of a suite, bit by bit: a suite may hold many thousand cases.
    """
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None or not snapshot.cases:
        return []
    lenses = _file_lenses(suite, snapshot)
    for number, (place, cases) in enumerate(_by_place(snapshot).items(), 1):
        if number % _PLACES_AT_ONCE == 0:
            await asyncio.sleep(0)
        where = ls.units.to_client_range(snapshot.lines, place)
        keys = [case.key for case in cases]
        lenses.append(_lens(where, "Run regression", RUN_CASES, {"uri": suite.uri, "keys": keys}))
        approvable = [case.key for case in cases if is_to_be_approved(suite, case)]
        if approvable:
            title = "Approve" if len(cases) == 1 else f"Approve {len(approvable)}"
            lenses.append(_lens(where, title, APPROVE_CASES, {"uri": suite.uri, "keys": approvable}))
        if ls.client_can_pin and len(cases) == 1 and is_pinnable(suite, cases[0]):
            lenses.append(_lens(where, "Approve and pin…", APPROVE_AND_PIN, {"uri": suite.uri, "keys": keys}))
        lenses.append(_lens(where, _state_text(suite, cases)))
    return lenses


def is_to_be_approved(suite: SuiteState, case: Case) -> bool:
    """
    Tell whether there is an answer to the case as it reads now that waits for approval.
    """
    result = suite.result_of(case)
    if result is None or result.verdict.verdict not in TO_BE_APPROVED:
        return False
    # Imported here: `initialize` is answered without the judge, its key and its text analysis.
    from llmentary.services.approve import can_approve

    return can_approve(result)


def is_pinnable(suite: SuiteState, case: Case) -> bool:
    """
    Tell whether there is an answer of which phrases may be pinned: one to approve, or an approved one.
    """
    result = suite.result_of(case)
    if result is None or result.settings.privacy is Privacy.DIGEST:
        return False
    from llmentary.services.approve import can_approve

    return can_approve(result)


def describe_state(suite: SuiteState, case: Case) -> str:
    """
    Return a case's state in a few words. They never quote an answer.
    """
    state = suite.cases.get(case.key)
    if state is None:
        return "not run"
    if state.run is not None:
        return "running…"
    result = suite.result_of(case)
    if result is None:
        return "not run" if state.result is None else "edited since the last run"
    text = _describe_result(result)
    return f"{text} (asked before the code changed)" if _is_old(state) else text


def _describe_result(result: CaseResult) -> str:
    verdict = result.verdict
    counts = count_samples(result.samples)
    if counts is not None:
        return f"{verdict.verdict}: {counts}"
    if verdict.verdict in (VerdictKind.PASSED, VerdictKind.SKIPPED) or verdict.reason == "no-baseline":
        return str(verdict.verdict)
    # A failure of the callable has its kind for a reason: `timed-out`.
    return f"{verdict.verdict}: {REASONS.get(verdict.reason, verdict.reason.replace('-', ' '))}"


def _is_old(state: CaseState) -> bool:
    return state.is_from_older_code


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
            counts["not run" if result is None else str(result.verdict.verdict)] += 1
    return ", ".join(f"{count} {word}" for word, count in counts.items())


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


def _verdict_of(suite: SuiteState, case: Case) -> VerdictKind | None:
    result = suite.result_of(case)
    return result.verdict.verdict if result is not None else None


def _by_place(snapshot: Snapshot) -> dict[Span, list[Case]]:
    """
    Return the cases by where their lenses stand: each row of a table, and the header above for all of them.
    """
    places: dict[Span, list[Case]] = {}
    for case in snapshot.parsed.suite.cases:
        places.setdefault(case.span, []).append(case)
        place = place_of(case)
        if place != case.span:
            places.setdefault(place, []).append(case)
    return places


def _lens(
    where: types.Range, title: str, command: str = "", argument: Mapping[str, object] | None = None
) -> Lens:
    start, end = where.start, where.end
    return {
        "range": {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        },
        "command": {
            "title": title,
            "command": command,
            **({} if argument is None else {"arguments": [argument]}),
        },
    }


def register(server: Server) -> None:
    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))(code_lens)
