"""
What kind of answer it is, whatever it says: empty, an error message, a refusal, cut off, a yes or a no.
"""

from __future__ import annotations

import re
from enum import IntFlag

from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.tokenizer import Tokens

_CLEAN_END = re.compile(r"[.!?:;)\]}\"'*_`>~|…。！？]\s*\Z")
_LEAD = 400
"""A refusal or an error message comes at once: only this many characters are examined."""


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


def find_shape(text: str, tokens: Tokens, lexicon: Lexicon) -> Shape:
    """
    Return the flags of normalized text.
    """
    shape = Shape.NONE
    if not len(tokens):
        shape |= Shape.EMPTY
    stripped = text.strip()
    lead = stripped[:_LEAD].lower()
    if lexicon.errors is not None and _has_any(lead, lexicon.error_signs) and lexicon.errors.search(lead):
        shape |= Shape.ERROR
    if (
        lexicon.refusals is not None
        and _has_any(lead, lexicon.refusal_signs)
        and lexicon.refusals.search(lead)
    ):
        shape |= Shape.REFUSAL
    if _CLEAN_END.search(stripped[-4:]):
        shape |= Shape.ENDS_CLEANLY
    if len(tokens):
        first = tokens.forms[0]
        if first in lexicon.yes:
            shape |= Shape.YES
        elif first in lexicon.no and not (first == "no" and len(tokens) > 1 and not _is_set_off(text)):
            shape |= Shape.NO
    return shape


def _has_any(text: str, signs: tuple[str, ...]) -> bool:
    return any(map(text.__contains__, signs))


def _is_set_off(text: str) -> bool:
    """
    Return whether the first word is set off from the rest: "No, ..." and not "No person ...".
    """
    return re.match(r"[\s*_\"'#>-]*\w+[\"'*_]*(?:[,.;:!\n-]|\s+-|\s*$)", text) is not None
