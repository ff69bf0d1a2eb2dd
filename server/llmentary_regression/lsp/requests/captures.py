"""
Captures of running applications, decided in the editor's training inbox.
"""

from __future__ import annotations

from typing import Any, cast

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server


async def decide(ls: Server, params: Any) -> protocol.DecideCaptureResult:
    """
    Keep a capture as the developer wants it, or drop it.
    """
    given = cast(protocol.DecideCaptureParams, params if isinstance(params, dict) else {})
    return await ls.inbox.decide(given)


def register(server: Server) -> None:
    server.feature(protocol.DECIDE_CAPTURE)(decide)
