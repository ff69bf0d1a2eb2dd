"""
The request `llmentary/pinnable`: which phrases of an answer the user may want to pin.
"""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.wire import refusal


async def pinnable(ls: Server, params: Any) -> protocol.PinnableResult:
    """
    Return the phrases of a case's answer that are worth pinning, the likeliest first.
    """
    if not isinstance(params, dict) or not all(isinstance(params.get(name), str) for name in ("uri", "key")):
        raise JsonRpcInvalidParams("`uri` and `key` name a case")
    suite = ls.suite_at(params["uri"])
    snapshot = await ls.read(suite) if suite is not None else None
    case = snapshot.cases.get(params["key"]) if snapshot is not None else None
    result = suite.result_of(case) if suite is not None and case is not None else None
    if result is None or result.answer is None:
        raise refusal("there is no answer to pin phrases of; run the question first")
    from llmentary_regression.services.approve import suggested_pins

    return {
        "facts": [
            {"label": fact.phrase, "kind": fact.kind, "inQuestion": fact.in_question}
            for fact in suggested_pins(result)
        ]
    }


def register(server: Server) -> None:
    server.feature(protocol.PINNABLE)(pinnable)
