"""
Code actions: approve one answer or many, fix a problem, and run if the client shows no lenses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lsprotocol import types

from llmentary_regression.core.errors import StoreError
from llmentary_regression.core.model import Case, VerdictKind
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp.protocol import APPROVE_AND_PIN, APPROVE_CASES, KEEP_APPROVAL, RUN_CASES
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState
from llmentary_regression.lsp.static_capabilities import STATIC_CAPABILITIES
from llmentary_regression.lsp.views import is_pinnable, is_to_be_approved, problem_diagnostic

from ._file_edits import Change, to_workspace_edit

_MAX_CARRY_OVERS = 20
"""When a whole file is selected, not each of its questions needs an action."""


async def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """
    Return the actions for a range of lines.
    """
    wanted = params.context.only
    if wanted is not None and not any(_includes(kind, types.CodeActionKind.QuickFix) for kind in wanted):
        return []
    suite = ls.suite_at(params.text_document.uri)
    snapshot = await ls.read(suite) if suite is not None else None
    if suite is None or snapshot is None:
        return []
    start, end = params.range.start.line, params.range.end.line
    actions = list(_fixes(ls, suite, snapshot, start, end))
    actions += _carry_overs(ls, suite, snapshot, start, end, params.context.diagnostics)
    cases = [case for case in snapshot.cases_at(start, end) if is_to_be_approved(suite, case)]
    for case in cases:
        actions += _approve_actions(suite, case, params.context.diagnostics)
        if ls.client_can_pin and is_pinnable(suite, case):
            title = f"Approve and pin…: {_short(case.label)}"
            argument: dict[str, object] = {"uri": suite.uri, "keys": [case.key]}
            actions.append(_approve_action(title, argument, [], command=APPROVE_AND_PIN))
    if cases:
        actions += _approve_all_actions(suite, snapshot)
    if not _shows_lenses(ls) and wanted is None:
        actions += _run_actions(suite, snapshot, start, end)
    return actions


def _fixes(
    ls: Server, suite: SuiteState, snapshot: Snapshot, start: int, end: int
) -> Iterator[types.CodeAction]:
    for problem in snapshot.problems:
        if problem.fix is None or problem.span is None:
            continue
        if problem.span.start.line > end or problem.span.end.line < start:
            continue
        yield types.CodeAction(
            title=problem.fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[problem_diagnostic(ls, snapshot.lines, problem)],
            is_preferred=True,
            edit=to_workspace_edit(
                ls, [Change(suite.uri, snapshot.version, snapshot.lines, problem.fix.edits)]
            ),
        )


def _shows_lenses(ls: Server) -> bool:
    document = ls.client_capabilities.text_document
    return document is not None and document.code_lens is not None


def _run_actions(suite: SuiteState, snapshot: Snapshot, start: int, end: int) -> Iterator[types.CodeAction]:
    """
    Yield the actions that run questions; other clients offer them as lenses.
    """
    cases = list(snapshot.cases_at(start, end))
    if cases:
        what = _short(cases[0].label) if len(cases) == 1 else f"{len(cases)} cases"
        yield _run_action(f"Run regression: {what}", {"uri": suite.uri, "keys": [case.key for case in cases]})
    if snapshot.cases:
        yield _run_action("Run all in file", {"uri": suite.uri})


def _run_action(title: str, argument: dict[str, object]) -> types.CodeAction:
    return types.CodeAction(
        title=title, command=types.Command(title=title, command=RUN_CASES, arguments=[argument])
    )


def _carry_overs(
    ls: Server,
    suite: SuiteState,
    snapshot: Snapshot,
    start: int,
    end: int,
    diagnostics: Sequence[types.Diagnostic],
) -> Iterator[types.CodeAction]:
    """
    Yield, for each edited case, the action that keeps the approval of its previous wording.
    """
    opened = ls.project_of(suite)
    if opened is None or not ls.trust.allows(opened.root) or Path(snapshot.parsed.name).is_absolute():
        return
    from llmentary_regression.services.approve import find_previous

    try:
        baselines = opened.project.store.read(snapshot.parsed.name)
        for case in islice(snapshot.cases_at(start, end), _MAX_CARRY_OVERS) if baselines else ():
            previous = find_previous(baselines, snapshot.cases, case)
            if previous is None:
                continue
            title = f"Keep the approval of the previous wording: {_short(baselines[previous].question)}"
            argument = {"uri": suite.uri, "key": case.key, "previous": previous}
            yield types.CodeAction(
                title=title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=_own(case, diagnostics) or None,
                command=types.Command(title=title, command=KEEP_APPROVAL, arguments=[argument]),
            )
    except StoreError:
        return  # the run has shown what is wrong with the baselines


def _own(case: Case, diagnostics: Sequence[types.Diagnostic]) -> list[types.Diagnostic]:
    return [
        diagnostic
        for diagnostic in diagnostics
        if isinstance(diagnostic.data, dict) and diagnostic.data.get("key") == case.key
    ]


def _approve_actions(
    suite: SuiteState, case: Case, diagnostics: Sequence[types.Diagnostic]
) -> Iterator[types.CodeAction]:
    result = suite.result_of(case)
    assert result is not None
    verdict = result.verdict.kind
    own = _own(case, diagnostics)
    argument: dict[str, object] = {"uri": suite.uri, "keys": [case.key]}
    yield _approve_action(
        f"Approve this answer: {_short(case.label)}",
        argument,
        own,
        # Editors apply a preferred fix at a keystroke; a changed answer should be looked at first.
        is_preferred=verdict is VerdictKind.NEW,
    )
    if verdict is not VerdictKind.NEW and result.settings.examples > 1:
        title = f"Approve this answer as another example: {_short(case.label)}"
        yield _approve_action(title, {**argument, "asExample": True}, own)


def _approve_all_actions(suite: SuiteState, snapshot: Snapshot) -> Iterator[types.CodeAction]:
    waiting: dict[VerdictKind, list[str]] = {}
    for case in snapshot.parsed.suite.cases:
        result = suite.result_of(case)
        if result is not None and is_to_be_approved(suite, case):
            waiting.setdefault(result.verdict.kind, []).append(case.key)
    for kind in (VerdictKind.CHANGED, VerdictKind.NEW):
        keys = waiting.get(kind, [])
        if keys:
            noun = "answer" if len(keys) == 1 else "answers"
            title = f"Approve all {kind} in this file ({len(keys)} {noun})"
            yield _approve_action(title, {"uri": suite.uri, "keys": keys}, [])


def _approve_action(
    title: str,
    argument: dict[str, object],
    diagnostics: Sequence[types.Diagnostic],
    *,
    is_preferred: bool | None = None,
    command: str = APPROVE_CASES,
) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=list(diagnostics) or None,
        is_preferred=is_preferred or None,
        command=types.Command(title=title, command=command, arguments=[argument]),
    )


def _short(label: str) -> str:
    """
    Return a case's name or question, short enough for a menu.
    """
    label = show_hidden(label)
    return label if len(label) <= 40 else f"{label[:39]}…"


def _includes(wanted: str, kind: str) -> bool:
    return wanted == "" or kind == wanted or kind.startswith(f"{wanted}.")


def register(server: Server) -> None:
    method = types.TEXT_DOCUMENT_CODE_ACTION
    server.feature(method, STATIC_CAPABILITIES[method])(code_action)
