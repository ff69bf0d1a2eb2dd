"""
Keep what a running application answered, as cases with approved answers.
"""

from __future__ import annotations

from ._captured_case import suite_path
from ._observed import Observed
from ._save import Prepared, keep, prepare

__all__ = [
    "Observed",
    "Prepared",
    "keep",
    "prepare",
    "suite_path",
]
