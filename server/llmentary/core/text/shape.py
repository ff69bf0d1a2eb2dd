"""
What an answer is before it says anything: empty, an error message, a refusal, cut off, a yes or a no.
"""

from __future__ import annotations

import re
from enum import IntFlag

from llmentary.core.text.lexicon import Lexicon
from llmentary.core.text.tokens import Tokens

_CLEAN_END = re.compile(r"[.!?:;)\]}\"'*_`>~|…。！？]\s*\Z")
_LEAD = 12
"""A refusal or an error speaks at once: so many tokens are looked at for short forms."""


class Shape(IntFlag):
    """
    Flags of an answer as a whole.
    """

    NONE = 0
    EMPTY = 1
    ERROR = 2
    REFUSAL = 4
    ENDS_CLEANLY = 8
    YES = 16
    NO = 32
    HAS_ADDENDUM = 64


def find_shape(text: str, tokens: Tokens, lexicon: Lexicon) -> Shape:
    """
    Return the flags of unified text.
    """
    shape = Shape.NONE
    if not len(tokens):
        shape |= Shape.EMPTY
    stripped = text.strip()
    if lexicon.errors is not None and lexicon.errors.search(stripped[:300]):
        shape |= Shape.ERROR
    if lexicon.refusals is not None and lexicon.refusals.search(stripped[:400]):
        shape |= Shape.REFUSAL
    if _CLEAN_END.search(stripped[-4:]):
        shape |= Shape.ENDS_CLEANLY
    if len(tokens):
        lead = tokens.forms[0]
        if lead in lexicon.yes:
            shape |= Shape.YES
        elif lead in lexicon.no and not (lead == "no" and len(tokens) > 1 and not _is_set_off(text)):
            shape |= Shape.NO
    return shape


def _is_set_off(text: str) -> bool:
    """
    Tell whether the first word stands by itself: "No, ..." and not "No person ...".
    """
    return re.match(r"[\s*_\"'#>-]*\w+[\"'*_]*(?:[,.;:!\n-]|\s+-|\s*$)", text) is not None
