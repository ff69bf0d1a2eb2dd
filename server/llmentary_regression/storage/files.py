"""
The door to files for the floors above: find them, name them, lock the project, replace them whole.
"""

from __future__ import annotations

from llmentary.storage.discovery import VCS_MARKERS, find_root, find_suites, suite_name
from llmentary.storage.folder import prepare_folder, project_folder
from llmentary.storage.locking import project_lock
from llmentary.storage.replace import replace_file

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
