"""
What requests and commands share: how they read parameters, and how they give ranges.
"""

from __future__ import annotations

from collections.abc import Iterable

from pygls.exceptions import JsonRpcInvalidParams

from llmentary_regression.core.model import Span
from llmentary_regression.core.pins import NamedPin, WantedPin
from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server
from llmentary_regression.lsp.session import Snapshot, SuiteState


def require_suite(ls: Server, uri: str | None) -> SuiteState:
    """
    Return the suite that a client names.

    Raises:
        JsonRpcInvalidParams: it names none.
    """
    suite = ls.suite_at(uri) if uri is not None else None
    if suite is None:
        raise JsonRpcInvalidParams("`uri` does not name a `.llmtest` file")
    return suite


def requested_keys(
    params: protocol.CasesParams | protocol.ApproveParams | protocol.RunParams,
) -> frozenset[str] | None:
    """
    Return the keys of the cases that a client names, or None for all cases.
    """
    return frozenset(params["keys"]) if "keys" in params else None


def requested_pins(choices: Iterable[protocol.PinChoice]) -> list[WantedPin]:
    """
    Return what a client asks to pin for one answer.
    """
    return [
        NamedPin(choice["name"].strip(), tuple(choice["phrases"]))
        if choice["name"].strip()
        else tuple(choice["phrases"])
        for choice in choices
    ]


def protocol_range(ls: Server, snapshot: Snapshot, span: Span) -> protocol.Range:
    """
    Return a range as custom messages carry it.
    """
    where = ls.positions.to_client_range(snapshot.lines, span)
    return {
        "start": {"line": where.start.line, "character": where.start.character},
        "end": {"line": where.end.line, "character": where.end.character},
    }
