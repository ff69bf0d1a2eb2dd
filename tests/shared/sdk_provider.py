"""
A fake model provider: its address, and the requests it got.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANSWER = "You have 30 days."


PIECES = ["You have", " 30 days."]


@dataclass
class Provider:
    """
    The address of the server, and the requests it got.
    """

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
