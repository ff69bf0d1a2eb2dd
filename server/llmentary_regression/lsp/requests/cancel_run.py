"""
The notification `llmentary/cancelRun`: stop a run that the client did not start by a request of its own.
"""

from __future__ import annotations

from typing import Any

from llmentary_regression.lsp import protocol
from llmentary_regression.lsp.server import Server


def cancel_run(ls: Server, params: Any) -> None:
    """
    Stop a run; one that has ended meanwhile is no mistake.
    """
    number = params.get("run") if isinstance(params, dict) else None
    if isinstance(number, int):
        ls.runs.cancel_number(number)


def register(server: Server) -> None:
    server.feature(protocol.CANCEL_RUN)(cancel_run)
