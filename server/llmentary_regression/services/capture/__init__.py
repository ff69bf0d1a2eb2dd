"""
Keep what a running application answered, as cases with approved answers.
"""

from __future__ import annotations

from ._captured_case import suite_path
from ._save import Preview, preview_capture, save_capture

__all__ = [
    "Preview",
    "preview_capture",
    "save_capture",
    "suite_path",
]
