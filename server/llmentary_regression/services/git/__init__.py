"""
What git knows of a project, and merging baselines for git.
"""

from __future__ import annotations

from ._git import Revision
from ._merge import DamagedError, leave_conflict, merge_versions
from ._merge_driver import ATTRIBUTE, install_driver

__all__ = [
    "ATTRIBUTE",
    "DamagedError",
    "Revision",
    "install_driver",
    "leave_conflict",
    "merge_versions",
]
