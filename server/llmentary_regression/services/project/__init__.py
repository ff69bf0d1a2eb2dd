"""
One project: its root, settings, suites, baselines, key and workers.
"""

from __future__ import annotations

from ._parsed_suite import ParsedSuite, with_folder_settings
from ._project import Project, open_for_debugging, open_project
from ._settings import PROFILE_VARIABLE, own_table, read_folder_layers, read_layers

__all__ = [
    "PROFILE_VARIABLE",
    "ParsedSuite",
    "Project",
    "open_for_debugging",
    "open_project",
    "own_table",
    "read_folder_layers",
    "read_layers",
    "with_folder_settings",
]
