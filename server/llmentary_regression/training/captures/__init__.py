"""
Sessions that collect captured questions and answers, and the scope that the running code belongs to.
"""

from __future__ import annotations

from llmentary_regression.core.capture import Capture, Usage

from ._sessions import (
    SCOPE,
    SESSIONS,
    Approve,
    Call,
    CaptureSink,
    Scope,
    Session,
    current_session,
    emit,
    warn,
    write_message,
)

__all__ = [
    "SCOPE",
    "SESSIONS",
    "Approve",
    "Call",
    "Capture",
    "CaptureSink",
    "Scope",
    "Session",
    "Usage",
    "current_session",
    "emit",
    "warn",
    "write_message",
]
