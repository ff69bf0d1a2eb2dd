"""
The door to files for the floors above: find them, name them, lock the project, replace them whole.
"""

from __future__ import annotations

from llmentary_regression.storage.discovery import VCS_MARKERS, find_root, find_suites, suite_name
from llmentary_regression.storage.folder import prepare_folder, project_folder
from llmentary_regression.storage.locking import project_lock
from llmentary_regression.storage.replace import replace_file

__all__ = [
    "VCS_MARKERS",
    "find_root",
    "find_suites",
    "prepare_folder",
    "project_folder",
    "project_lock",
    "replace_file",
    "suite_name",
]
