"""
Find, lock and replace the files of a project.
"""

from __future__ import annotations

from ._discovery import VCS_MARKERS, find_root, find_suites, read_pattern, suite_name
from ._documents import DamagedError, Document, dump_json, format_documents, read_documents
from ._project_folder import file_lock, prepare_folder, project_folder, project_lock
from ._replace import create_file, read_file, replace_file, replace_files

__all__ = [
    "VCS_MARKERS",
    "DamagedError",
    "Document",
    "create_file",
    "dump_json",
    "file_lock",
    "find_root",
    "find_suites",
    "format_documents",
    "prepare_folder",
    "project_folder",
    "project_lock",
    "read_documents",
    "read_file",
    "read_pattern",
    "replace_file",
    "replace_files",
    "suite_name",
]
