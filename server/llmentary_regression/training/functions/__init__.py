"""
Capture the calls of the developer's own functions: `trainable`, `capture_interaction`.
"""

from __future__ import annotations

from ._interaction import capture_interaction
from ._trainable import trainable

__all__ = ["capture_interaction", "trainable"]
