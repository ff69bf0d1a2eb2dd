"""
The request `llmentary/run`: ask, wait, and give back the results; cancelling the request stops the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams, JsonRpcRequestCancelled

from llmentary_regression.core.model import CaseResult
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.requests.commands import read_keys
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Debug, NotStarted, Run, SuiteState, start_all, start_suite
from llmentary_regression.lsp.wire import refusal


async def run(ls: Server, params: Any) -> protocol.RunResult:
    """
    Run one suite, some of its cases, or everything.
    """
    options = {} if params is None else params
    if not isinstance(options, dict) or not isinstance(options.get("uri", ""), str):
        raise JsonRpcInvalidParams("`uri` is the URI of a suite")
    keys = read_keys(options)
    token = options.get("token")
    if token is not None and not isinstance(token, str):
        raise JsonRpcInvalidParams("`token` is a text")
    debug = _debug_of(options)
    try:
        if "uri" in options:
            suite = ls.suite_at(options["uri"])
            if suite is None:
                raise JsonRpcInvalidParams("`uri` names no `.llmtest` file")
            runs = [await start_suite(ls, suite, keys, token=token, debug=debug)]
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
    return _report(results)


def _debug_of(options: dict[str, Any]) -> Debug | None:
    """
    Return whether and how a run is to be debugged.

    Raises:
        JsonRpcInvalidParams: the client sent something else.
    """
    wanted, folder = options.get("debug", False), options.get("debugpy")
    if not isinstance(wanted, bool) or not (folder is None or isinstance(folder, str)):
        raise JsonRpcInvalidParams("`debug` is true or false, `debugpy` a folder")
    return Debug(folder) if wanted else None


async def _wait(ls: Server, runs: Sequence[Run]) -> list[tuple[SuiteState, CaseResult]]:
    try:
        return [pair for run in runs for pair in await ls.runs.wait(run)]
    except asyncio.CancelledError:
        for run in runs:
            ls.runs.cancel(run)
        raise


def _report(results: Sequence[tuple[SuiteState, CaseResult]]) -> protocol.RunResult:
    cases: list[protocol.RunCase] = [
        {
            "uri": suite.uri,
            "key": result.case.key,
            "label": result.case.label,
            "verdict": str(result.verdict.kind),
            "reason": str(result.verdict.reason),
            "message": result.verdict.message,
        }
        for suite, result in results
    ]
    from llmentary_regression.services.run import summarise

    counts = summarise(result for _, result in results)
    return {"summary": {str(kind): count for kind, count in counts.items() if count}, "cases": cases}


def register(server: Server) -> None:
    server.feature(protocol.RUN)(run)
