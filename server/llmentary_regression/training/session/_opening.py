"""
Open and close sessions, and with the first and the last of them everything that captures beside `trainable`.
"""

from __future__ import annotations

import sys

from llmentary_regression.training.captures import SESSIONS, THREADS, Session

from ._adapters import switch_off_adapters, switch_on_adapters


def is_worker() -> bool:
    """
    Tell whether this process asks suites: there an application's own training has nothing to capture.
    """
    return "llmentary_regression_worker.serve" in sys.modules


def open_session(session: Session) -> None:
    """
    Let a session capture.
    """
    if SESSIONS.opened(session):
        THREADS.follow()
        switch_on_adapters()


def close_session(session: Session) -> None:
    """
    End a session's capturing; what it captured is its desk's business.
    """
    if SESSIONS.closed(session):
        switch_off_adapters()
        THREADS.leave()
