"""
The commands of `workspace/executeCommand`: each starts its work in the background and returns at once.

pygls cannot cancel a command that is being awaited, and a client may wait for its answer; so none is awaited.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.core.errors import LlmentaryError
from llmentary_regression.core.model import VerdictKind
from llmentary_regression.core.pins import WantedPin
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import (
    NotStarted,
    SuiteState,
    approve_in_background,
    carry_over_approval,
    find_approvable,
    judge_again,
    read_pins,
    start_all,
    start_suite,
)
from llmentary_regression.lsp.views import TO_BE_APPROVED


def run_cases(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Ask cases of one suite.
    """
    suite, keys, _ = _read_arguments(ls, arguments)
    _tell_again(ls)
    return _begin(ls, suite, start_suite(ls, suite, keys))


def run_all(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Ask every case of every suite.
    """
    _tell_again(ls)
    return _begin(ls, None, start_all(ls))


def approve_cases(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Approve the answers at hand.
    """
    suite, keys, options = _read_arguments(ls, arguments)
    as_variant = options.get("asVariant", False)
    words = options.get("verdicts")
    pins = _read_pins(options)
    # What passes is approved already, and may still be pinned.
    default = TO_BE_APPROVED | {VerdictKind.PASSED} if pins else TO_BE_APPROVED
    try:
        verdicts = default if words is None else frozenset(VerdictKind(word) for word in words)
    except (TypeError, ValueError):
        raise _malformed("`verdicts` is a list of verdicts") from None
    if not isinstance(as_variant, bool):
        raise _malformed("`asVariant` is true or false")

    async def approve() -> None:
        entry, results = await find_approvable(ls, suite, keys, verdicts)
        await approve_in_background(ls, entry, suite, results, as_variant=as_variant, pins=pins)

    return _begin(ls, suite, approve())


def reject_cases(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Take the answers that wait for approval as wrong: they are offered no more, and baselines stay.
    """
    suite, keys, _ = _read_arguments(ls, arguments)
    rejected = []
    for key, state in suite.cases.items():
        result = state.result
        if (keys is None or key in keys) and result is not None and result.verdict.kind in TO_BE_APPROVED:
            state.is_rejected = True
            rejected.append((suite, result))
    ls.news.results(None, rejected)
    ls.display.touch(suite)
    ls.display.hurry()
    return {"started": True}


def undo_approval(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Put back what was approved before.
    """
    options = arguments[0] if arguments else {}
    number = options.get("approval") if isinstance(options, dict) else None
    if number is not None and not isinstance(number, int):
        raise _malformed("`approval` is the number of an approval")

    async def undo() -> None:
        try:
            entry, suite, keys = await ls.approvals.undo(number)
        except LlmentaryError as exc:
            raise NotStarted(str(exc)) from exc
        await judge_again(ls, entry, suite, keys)

    return _begin(ls, None, undo())


def keep_approval(ls: Server, *arguments: Any) -> protocol.Started:
    """
    Let an edited case take over the approval of its former wording.
    """
    suite, _, options = _read_arguments(ls, arguments)
    key, former = options.get("key"), options.get("former")
    if not isinstance(key, str) or not isinstance(former, str):
        raise _malformed("`key` and `former` are case keys")
    return _begin(ls, suite, carry_over_approval(ls, suite, key, former))


def _tell_again(ls: Server) -> None:
    """
    Have what keeps a run from starting told once more: unlike after a save, the user waits for something.
    """
    for entry in ls.projects:
        entry.told.clear()


def _begin(ls: Server, suite: SuiteState | None, work: Any) -> protocol.Started:
    """
    Start work, unless nothing may run; either way the user is told what keeps it from starting.
    """
    refusal = _refusal(ls, suite)
    if refusal is not None:
        work.close()
        ls.tell(refusal, types.MessageType.Warning)
        return {"started": False, "message": refusal}

    async def tell_if_not_started() -> None:
        try:
            await work
        except NotStarted as exc:
            ls.tell(str(exc), types.MessageType.Warning)

    ls.start(tell_if_not_started())
    return {"started": True}


def _refusal(ls: Server, suite: SuiteState | None) -> str | None:
    entries = ls.open_projects() if suite is None else [entry for entry in [ls.entry_of(suite)] if entry]
    if entries and not any(ls.trust.allows(entry.root) for entry in entries):
        return ls.trust.refusal(entries[0].root)
    return None


def _read_arguments(
    ls: Server, arguments: tuple[Any, ...]
) -> tuple[SuiteState, Collection[str] | None, dict[str, Any]]:
    """
    Return suite, keys and everything else of a command's one argument.

    Raises:
        JsonRpcInvalidParams: the client sent something else.
    """
    options = arguments[0] if len(arguments) == 1 else None
    if not isinstance(options, dict) or not isinstance(options.get("uri"), str):
        raise _malformed("one argument with a `uri` is expected")
    suite = ls.suite_at(options["uri"])
    if suite is None:
        raise _malformed("`uri` names no `.llmtest` file")
    return suite, read_keys(options), options


def read_keys(options: dict[str, Any]) -> Collection[str] | None:
    """
    Return the keys that a client sent, or None for all cases.

    Raises:
        JsonRpcInvalidParams: they are no list of strings.
    """
    keys = options.get("keys")
    if keys is None:
        return None
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise _malformed("`keys` is a list of case keys")
    return frozenset(keys)


def _read_pins(options: dict[str, Any]) -> dict[str, list[WantedPin]]:
    """
    Return by case key what a client wants to be pinned.

    Raises:
        JsonRpcInvalidParams: it is of another shape.
    """
    pins = options.get("pins", {})
    if not isinstance(pins, dict):
        raise _malformed("`pins` gives by case key what is to be pinned")
    return {key: read_pins(of_case) for key, of_case in pins.items()}


def _malformed(message: str) -> JsonRpcInvalidParams:
    return JsonRpcInvalidParams(message)


def register(server: Server) -> None:
    server.command(protocol.RUN_CASES)(run_cases)
    server.command(protocol.APPROVE_CASES)(approve_cases)
    server.command(protocol.RUN_ALL)(run_all)
    server.command(protocol.REJECT_CASES)(reject_cases)
    server.command(protocol.UNDO_APPROVAL)(undo_approval)
    server.command(protocol.KEEP_APPROVAL)(keep_approval)
