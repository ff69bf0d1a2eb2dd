"""
One project: its root, settings, suites, baselines, key and workers.
"""

from __future__ import annotations

from ._parsed_suite import ParsedSuite, with_folder_settings
from ._project import Project, open_project
from ._rereading import reread_suite, to_parsed
from ._settings_files import PROFILE_VARIABLE, own_table, read_folder_layers, read_layers

__all__ = [
    "PROFILE_VARIABLE",
    "ParsedSuite",
    "Project",
    "open_project",
    "own_table",
    "read_folder_layers",
    "read_layers",
    "reread_suite",
    "to_parsed",
    "with_folder_settings",
]
