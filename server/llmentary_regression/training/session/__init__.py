"""
`training_mode()` and `training_session()`: when captures are taken.
"""

from __future__ import annotations

from ._environment import ADDRESS, SECRET, start_from_environment
from ._session import training_mode, training_session

__all__ = [
    "ADDRESS",
    "SECRET",
    "start_from_environment",
    "training_mode",
    "training_session",
]
