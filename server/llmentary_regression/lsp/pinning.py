"""
The request `llmentary/pinnable`: what of the answer at hand the user may want to pin; and what they chose.
"""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.core.wanted_pins import NamedPin, WantedPin
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.rpc import refusal
from llmentary_regression.lsp.server import Server


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
    from llmentary_regression.services.pinning import pinnable_facts_of

    return {
        "facts": [
            {"label": fact.phrase, "kind": fact.kind, "inQuestion": fact.in_question}
            for fact in pinnable_facts_of(result)
        ]
    }


def read_pins(value: object) -> list[WantedPin]:
    """
    Return the pins that a client sent for one answer.

    Raises:
        JsonRpcInvalidParams: they are of another shape.
    """
    if not isinstance(value, list):
        raise _malformed()
    return [_read_pin(one) for one in value]


def _read_pin(value: object) -> WantedPin:
    name, phrases = "", value
    if isinstance(value, dict):
        name, phrases = value.get("name", ""), value.get("phrases")
    if (
        not isinstance(name, str)
        or not isinstance(phrases, list)
        or not phrases
        or not all(isinstance(phrase, str) for phrase in phrases)
    ):
        raise _malformed()
    return NamedPin(name.strip(), tuple(phrases)) if name.strip() else tuple(phrases)


def _malformed() -> JsonRpcInvalidParams:
    return JsonRpcInvalidParams(
        "`pins` gives for an answer lists of a phrase and its aliases, with or without a name"
    )


def register(server: Server) -> None:
    server.feature(protocol.PINNABLE)(pinnable)
