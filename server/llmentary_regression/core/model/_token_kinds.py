"""
The kinds of tokens and facts, as redacted blocks and messages name them.
"""

from __future__ import annotations

from enum import IntEnum


class TokenKind(IntEnum):
    """
    The kind of a token or fact; its lower-case name is the word used in messages and evidence.
    """

    WORD = 0
    FUNCTION = 1
    NUMBER = 2
    DATE = 3
    TIME = 4
    UNIT = 5
    MONEY = 6
    NAME = 7
    NEGATION = 8
    URL = 9
    SIGN = 10
    LIMIT = 11
    CODE = 12
    ORDINAL = 13
    MEASURE = 14
    """A number with its unit or currency; a fact, never a token."""
    PASSAGE = 15
    """A sentence or line far into a very long answer, as it stands; a fact as well."""

    @property
    def word(self) -> str:
        """
        Return the kind as messages name it.
        """
        return self.name.lower()
