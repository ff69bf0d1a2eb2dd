"""
The commands of `workspace/executeCommand`: each starts its work in the background and returns at once.

pygls cannot cancel a command while it is awaited, and a client may block until it answers; so none is awaited.
"""

from __future__ import annotations

from collections.abc import Collection, Coroutine
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import (
    NotStarted,
    SuiteState,
    approve_in_background,
    carry_over_approval,
    find_approvable,
    judge_again,
    start_all,
    start_suite,
)
from llmentary_regression.lsp.views import AWAITING_APPROVAL
from llmentary_regression.lsp.wire import parse_params

from ._arguments import requested_keys, requested_pins, require_suite

_Shape = TypeVar("_Shape")


def run_cases(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Ask cases of one suite.
    """
    params = _parse_argument(protocol.CasesParams, arguments)
    suite = require_suite(ls, params.get("uri"))
    _repeat_messages(ls)
    return _start(ls, suite, start_suite(ls, suite, requested_keys(params)))


def run_all(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Ask every case of every suite.
    """
    _repeat_messages(ls)
    return _start(ls, None, start_all(ls))


def approve_cases(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Approve the current answers.
    """
    params = _parse_argument(protocol.ApproveParams, arguments)
    suite = require_suite(ls, params.get("uri"))
    pins = {key: requested_pins(choices) for key, choices in params.get("pins", {}).items()}
    verdicts = _requested_verdicts(params)
    if verdicts is None:
        # An answer that passed is approved already, and may still be pinned.
        verdicts = AWAITING_APPROVAL | {VerdictKind.PASSED} if pins else AWAITING_APPROVAL

    async def approve() -> None:
        opened, results = await find_approvable(ls, suite, requested_keys(params), verdicts)
        as_example = params.get("asExample", False)
        await approve_in_background(ls, opened, suite, results, as_example=as_example, pins=pins)

    return _start(ls, suite, approve())


def reject_cases(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Mark the answers that wait for approval as wrong: they are not offered again, and baselines stay.
    """
    params = _parse_argument(protocol.CasesParams, arguments)
    suite, keys = require_suite(ls, params.get("uri")), requested_keys(params)
    rejected = []
    for key, state in suite.cases.items():
        result = state.result
        if (keys is None or key in keys) and result is not None and result.verdict.kind in AWAITING_APPROVAL:
            state.is_rejected = True
            rejected.append((suite, result))
    ls.notifications.results(None, rejected)
    ls.scheduler.mark_dirty(suite)
    ls.scheduler.flush()
    return {"started": True}


def undo_approval(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Restore what was approved before.
    """
    params = parse_params(protocol.UndoParams, arguments[0] if arguments else None)

    async def undo() -> None:
        try:
            opened, suite, keys = await ls.approvals.undo(params.get("approval"))
        except LlmentaryError as exc:
            raise NotStarted(str(exc)) from exc
        await judge_again(ls, opened, suite, keys)

    return _start(ls, None, undo())


def keep_approval(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Let an edited case take over the approval of its previous wording.
    """
    params = _parse_argument(protocol.KeepParams, arguments)
    suite = require_suite(ls, params["uri"])
    return _start(ls, suite, carry_over_approval(ls, suite, params["key"], params["previous"]))


def _repeat_messages(ls: Server) -> None:
    """
    Show again what keeps a run from starting: unlike after a save, the user is waiting for the run.
    """
    for opened in ls.projects:
        opened.shown_messages.clear()


def _start(ls: Server, suite: SuiteState | None, work: Coroutine[Any, Any, object]) -> protocol.Started:
    """
    Start work, unless no project may run; in either case the user sees what keeps it from starting.
    """
    refusal = _refusal(ls, suite)
    if refusal is not None:
        work.close()
        ls.show_message(refusal, types.MessageType.Warning)
        return {"started": False, "message": refusal}

    async def report_if_not_started() -> None:
        try:
            await work
        except NotStarted as exc:
            ls.show_message(str(exc), types.MessageType.Warning)

    ls.run_in_background(report_if_not_started())
    return {"started": True}


def _refusal(ls: Server, suite: SuiteState | None) -> str | None:
    projects = (
        ls.open_projects() if suite is None else [opened for opened in [ls.project_of(suite)] if opened]
    )
    if projects and not any(ls.trust.allows(opened.root) for opened in projects):
        return ls.trust.refusal(projects[0].root)
    return None


def _parse_argument(shape: type[_Shape], arguments: tuple[Any, ...]) -> _Shape:
    """
    Return a command's one argument.

    Raises:
        JsonRpcInvalidParams: there is none or more than one, or it has another shape.
    """
    if len(arguments) != 1:
        raise JsonRpcInvalidParams("the command takes one argument")
    return parse_params(shape, arguments[0])


def _requested_verdicts(params: protocol.ApproveParams) -> Collection[VerdictKind] | None:
    if "verdicts" not in params:
        return None
    try:
        return frozenset(VerdictKind(verdict) for verdict in params["verdicts"])
    except ValueError as exc:
        raise JsonRpcInvalidParams(f"`verdicts`: {exc}") from None


def register(server: Server) -> None:
    server.command(protocol.RUN_CASES)(run_cases)
    server.command(protocol.APPROVE_CASES)(approve_cases)
    server.command(protocol.RUN_ALL)(run_all)
    server.command(protocol.REJECT_CASES)(reject_cases)
    server.command(protocol.UNDO_APPROVAL)(undo_approval)
    server.command(protocol.KEEP_APPROVAL)(keep_approval)
