"""
Find the facts of an answer: what must be equal in two answers that say the same.
"""

from __future__ import annotations

from typing import NamedTuple

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text.languages import Lexicon
from llmentary_regression.core.text.tokenizer import Tokens


class Fact(NamedTuple):
    """
    One fact: its kind, the form in which it is compared, and the index of the token it was read from.
    """

    kind: TokenKind
    form: str
    token: int


_LAST_WITHOUT_FACTS = TokenKind.FUNCTION
_PLAIN = frozenset(
    {
        TokenKind.NUMBER,
        TokenKind.DATE,
        TokenKind.TIME,
        TokenKind.UNIT,
        TokenKind.MONEY,
        TokenKind.NAME,
        TokenKind.URL,
        TokenKind.ORDINAL,
        TokenKind.SIGN,
        TokenKind.LIMIT,
    }
)


def find_facts(tokens: Tokens, lexicon: Lexicon) -> tuple[Fact, ...]:
    """
    Return the facts in the order of the text; a number with its unit is a further fact.
    """
    facts: list[Fact] = []
    forms, kinds = tokens.forms, tokens.kinds
    last = len(forms) - 1
    fact_indexes = [index for index, kind in enumerate(kinds) if kind > _LAST_WITHOUT_FACTS]
    for index in fact_indexes:
        kind, form = kinds[index], forms[index]
        if kind is TokenKind.NEGATION:
            facts.append(Fact(kind, "not", index))
        elif kind in _PLAIN:
            if kind is TokenKind.UNIT:
                form = lexicon.units.get(form, form)
            facts.append(Fact(kind, form, index))
            if (
                kind is TokenKind.NUMBER
                and index < last
                and kinds[index + 1] in (TokenKind.UNIT, TokenKind.MONEY)
            ):
                unit = lexicon.units.get(forms[index + 1], forms[index + 1])
                facts.append(Fact(TokenKind.MEASURE, f"{form} {unit}", index))
    return tuple(facts)
