"""
JSON as users write it: values in settings and tables, paths, and schemas.
"""

from __future__ import annotations

from ._paths import HIDDEN, covers, read_path, spell_path
from ._schema import SchemaError, check_schema, find_violation
from ._text import json_or_text, read_json

__all__ = [
    "HIDDEN",
    "SchemaError",
    "check_schema",
    "covers",
    "find_violation",
    "json_or_text",
    "read_json",
    "read_path",
    "spell_path",
]
