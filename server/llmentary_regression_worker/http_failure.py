"""
The failure that is reported when a program could not be asked over HTTP.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


class HttpFailure(Exception):
    """
    The server could not be asked, or did not answer; the text says why, and carries no secret.
    """

    def __init__(self, message: str, status: int | None = None, headers: Any = None) -> None:
        super().__init__(message)
        self.status_code = status
        """Decides about retries; 400 also for what no other attempt can fix."""
        self.response = SimpleNamespace(headers=headers)
