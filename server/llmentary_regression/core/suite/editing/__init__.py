"""
Change the text of a suite: format it, add a case, set settings; and find things in it for an editor.
"""

from __future__ import annotations

from ._formatting import apply_edits, format_suite
from ._outline import BlockOutline, block_at, blocks, param_headings, param_uses, setting_at
from ._param_files import find_in_file, rename_in_file
from ._write import NewCase, add_case, can_hold_settings, free_name, plain_tag, plain_turns, set_settings

__all__ = [
    "BlockOutline",
    "NewCase",
    "add_case",
    "apply_edits",
    "block_at",
    "blocks",
    "can_hold_settings",
    "find_in_file",
    "format_suite",
    "free_name",
    "param_headings",
    "param_uses",
    "plain_tag",
    "plain_turns",
    "rename_in_file",
    "set_settings",
    "setting_at",
]
