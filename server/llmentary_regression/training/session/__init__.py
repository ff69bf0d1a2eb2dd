"""
`training_mode()` and `training_session()`, which say when answers are captured.
"""

from __future__ import annotations

from ._environment import ADDRESS, SECRET, start_from_environment
from ._training import training_mode, training_session

__all__ = [
    "ADDRESS",
    "SECRET",
    "start_from_environment",
    "training_mode",
    "training_session",
]
