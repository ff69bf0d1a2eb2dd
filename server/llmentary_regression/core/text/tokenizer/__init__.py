"""
Cut a text into tokens and normalize each: numbers, dates, units, words, symbols.
"""

from __future__ import annotations

from ._tokens import Tokens, tokenize

__all__ = [
    "Tokens",
    "tokenize",
]
