"""
Text from outside, made fit to be shown; `core/printable.py` does it, for everything that shows text.
"""

from __future__ import annotations

from llmentary.core.printable import fit_encoding, one_line, printable

__all__ = ["fit_encoding", "one_line", "printable"]
