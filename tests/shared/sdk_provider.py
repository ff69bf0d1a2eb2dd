"""
Where a made-up model provider is, and what it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANSWER = "You have 30 days."


PIECES = ["You have", " 30 days."]


@dataclass
class Provider:
    """
    Where the server is, and what it was sent.
    """

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
