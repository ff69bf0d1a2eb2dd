"""
What only formats a text: Unicode variants, Markdown, LaTeX, list marks, code fences, emoji.
"""

from __future__ import annotations

from ._brackets import DOCUMENT, FORMAT_TAG, meaningful_brackets
from ._fences import FENCE, find_json, holds_code, prose_in_fence
from ._list_marks import blank_countable
from ._markup import plain_markup
from ._unicode import fold_case, is_known, normalize_unicode

__all__ = [
    "DOCUMENT",
    "FENCE",
    "FORMAT_TAG",
    "blank_countable",
    "find_json",
    "fold_case",
    "holds_code",
    "is_known",
    "meaningful_brackets",
    "normalize_unicode",
    "plain_markup",
    "prose_in_fence",
]
