"""
Make text from outside safe to show: control characters escaped, secrets masked.
"""

from __future__ import annotations

from ._printable import fit_encoding, one_line, printable
from ._redaction import mask_secrets

__all__ = [
    "fit_encoding",
    "mask_secrets",
    "one_line",
    "printable",
]
