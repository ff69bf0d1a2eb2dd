"""
The request `llmentary/run`, and the notification `llmentary/cancelRun`.

A request asks, waits and returns the results; cancelling it stops the work. The notification stops a run that
another request, a command or a save has started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams, JsonRpcRequestCancelled

from llmentary_regression.core.model import CaseResult
from llmentary_regression.core.safe_text import show_hidden
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Debug, NotStarted, Run, SuiteState, start_all, start_suite
from llmentary_regression.lsp.wire import parse_params, refusal

from ._arguments import requested_keys, require_suite


async def run(ls: Server, params: Any) -> protocol.RunResult:
    """
    Run one suite, some of its cases, or everything.
    """
    options = parse_params(protocol.RunParams, params)
    token = options.get("token")
    debug = Debug(options.get("debugpy")) if options.get("debug") else None
    try:
        # A `uri` that is null is a mistake: nobody means to run everything by it.
        if params and "uri" in params:
            suite = require_suite(ls, options.get("uri"))
            runs = [await start_suite(ls, suite, requested_keys(options), token=token, debug=debug)]
        elif debug is not None:
            raise JsonRpcInvalidParams("`debug` needs the `uri` of a suite")
        else:
            runs = await start_all(ls, token=token)
    except NotStarted as exc:
        raise refusal(str(exc)) from exc
    results = await _wait(ls, runs)
    errors = [run.error for run in runs if run.error is not None]
    if errors:
        raise refusal(errors[0])
    if len(results) < sum(run.wanted for run in runs):
        raise JsonRpcRequestCancelled("the run was cancelled")
    return _to_run_result(results)


def cancel_run(ls: Server, params: Any) -> None:
    """
    Stop a run. One that has ended by now is no error.
    """
    ls.runs.cancel_number(parse_params(protocol.CancelRunParams, params)["run"])


async def _wait(ls: Server, runs: Sequence[Run]) -> list[tuple[SuiteState, CaseResult]]:
    try:
        return [pair for run in runs for pair in await ls.runs.wait(run)]
    except asyncio.CancelledError:
        for run in runs:
            ls.runs.cancel(run)
        raise


def _to_run_result(results: Sequence[tuple[SuiteState, CaseResult]]) -> protocol.RunResult:
    # Imported here since services that judge would delay the start of the server.
    from llmentary_regression.services.run import summarize

    cases: list[protocol.RunCase] = [
        {
            "uri": suite.uri,
            "key": result.case.key,
            "label": show_hidden(result.case.label),
            "verdict": str(result.verdict.kind),
            "reason": str(result.verdict.reason),
            "message": show_hidden(result.verdict.message),
        }
        for suite, result in results
    ]
    counts = summarize(result for _, result in results)
    return {"summary": {str(kind): count for kind, count in counts.items() if count}, "cases": cases}


def register(server: Server) -> None:
    server.feature(protocol.RUN)(run)
    server.feature(protocol.CANCEL_RUN)(cancel_run)
