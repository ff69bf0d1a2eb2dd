"""
Make text from outside safe to show: control characters escaped, secrets masked.
"""

from __future__ import annotations

from ._printable import escape_in_json, fit_encoding, one_line, printable, show_hidden
from ._redaction import MASK, mask_secrets

__all__ = [
    "MASK",
    "escape_in_json",
    "fit_encoding",
    "mask_secrets",
    "one_line",
    "printable",
    "show_hidden",
]
