"""
Find, lock and replace the files of a project.
"""

from __future__ import annotations

from ._discovery import VCS_MARKERS, find_root, find_suites, read_pattern, suite_name
from ._documents import (
    DamagedError,
    Document,
    dump_json,
    format_documents,
    read_documents,
    without_collecting,
)
from ._lock import file_lock
from ._opening import (
    MAX_SETTINGS_BYTES,
    UnsafeFileError,
    is_link,
    read_chosen,
    read_file,
    safe_path,
)
from ._project_folder import prepare_folder, project_folder, project_lock
from ._replace import PartialWriteError, create_file, replace_file, replace_files

__all__ = [
    "MAX_SETTINGS_BYTES",
    "VCS_MARKERS",
    "DamagedError",
    "Document",
    "PartialWriteError",
    "UnsafeFileError",
    "create_file",
    "dump_json",
    "file_lock",
    "find_root",
    "find_suites",
    "format_documents",
    "is_link",
    "prepare_folder",
    "project_folder",
    "project_lock",
    "read_chosen",
    "read_documents",
    "read_file",
    "read_pattern",
    "replace_file",
    "replace_files",
    "safe_path",
    "suite_name",
    "without_collecting",
]
