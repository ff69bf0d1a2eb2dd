"""
Captured questions and answers, and the sessions that take them.
"""

from __future__ import annotations

from llmentary_regression.core.capture import Capture, Usage

from ._capture import (
    SCOPE,
    SESSIONS,
    Approve,
    Call,
    Desk,
    Scope,
    Session,
    current_session,
    emit,
)
from ._faults import say, warn
from ._threads import THREADS

__all__ = [
    "SCOPE",
    "SESSIONS",
    "THREADS",
    "Approve",
    "Call",
    "Capture",
    "Desk",
    "Scope",
    "Session",
    "Usage",
    "current_session",
    "emit",
    "say",
    "warn",
]
