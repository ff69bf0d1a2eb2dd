"""
All kinds of edits by name, and which of them were held back while the judge was improved.
"""

from __future__ import annotations

from hashlib import blake2b

from .format_characters import CHARACTER_EDITS
from .format_marks import MARK_EDITS
from .format_phrases import PHRASE_EDITS
from .meaning_figures import FIGURE_EDITS
from .meaning_structure import STRUCTURE_EDITS
from .meaning_words import WORD_EDITS
from .pair import Edit
from .second_formats import SECOND_FORMAT_EDITS
from .second_meanings import SECOND_MEANING_EDITS

MEANING: dict[str, Edit] = {**WORD_EDITS, **FIGURE_EDITS, **STRUCTURE_EDITS}
FORMAT: dict[str, Edit] = {**MARK_EDITS, **CHARACTER_EDITS, **PHRASE_EDITS}

SECOND_MEANING: dict[str, Edit] = SECOND_MEANING_EDITS
SECOND_FORMAT: dict[str, Edit] = SECOND_FORMAT_EDITS
"""Kinds by a later author; the judge's authors had not read them when they were first measured."""


def is_held_back(kind: str) -> bool:
    """
    Return whether a kind belongs to the quarter that nobody looked at while the judge was improved.

    The name decides, so that a kind added later cannot be sorted by how it fares.
    """
    return blake2b(kind.encode(), digest_size=1).digest()[0] % 4 == 0
