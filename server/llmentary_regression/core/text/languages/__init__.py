"""
What the judge knows of a language: word lists, units, synonyms, inflection.
"""

from __future__ import annotations

from ._conversation import closing_start, opening_end
from ._inflection import inflections
from ._lexicon import Lexicon, read_lexicon
from ._synonyms import near_words

__all__ = [
    "Lexicon",
    "closing_start",
    "inflections",
    "near_words",
    "opening_end",
    "read_lexicon",
]
