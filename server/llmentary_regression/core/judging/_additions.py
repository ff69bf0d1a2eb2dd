"""
Find what stands before or after an approved answer that is otherwise there word by word.

Who adds a sentence takes nothing back: "Was this helpful?" is no change of "30 days", however it is worded.
Only a fact that the approved answer does not hold may gainsay it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmentary_regression.core.baselines import Body
from llmentary_regression.core.crypto import VariantHasher
from llmentary_regression.core.model import Evidence, TokenKind
from llmentary_regression.core.text import Analysis, Fact

_FACTS = frozenset({TokenKind.NEGATION, TokenKind.NUMBER, TokenKind.DATE, TokenKind.TIME, TokenKind.URL})
_IMPERATIVE = 2
"""A negation among so many first words speaks to the reader: "Don't hesitate", "No worries"."""
_LONGEST = 120


class Additions(NamedTuple):
    """
    The tokens before and after the approved words in a new answer.
    """

    start: int
    end: int
    """Between both stands what was approved."""


def find_additions(body: Body, words: Sequence[int], analysis: Analysis) -> Additions | None:
    """
    Return where whole sentences were added around all approved words, or None.
    """
    length = len(body.words)
    if not length or len(words) <= length:
        return None
    approved = list(body.words)
    for start in range(len(words) - length + 1):
        if words[start] == approved[0] and list(words[start : start + length]) == approved:
            end = start + length
            if (not start or analysis.tokens.openings[start]) and _opens(analysis, end):
                return Additions(start, end)
    return None


def contradicting_facts(
    additions: Additions, body: Body, analysis: Analysis, hasher: VariantHasher
) -> list[Fact]:
    """
    Return the facts of added sentences that the approved answer lacks, and that are not said to the reader.
    """
    held = set(body.facts)
    return [
        fact
        for fact in analysis.facts
        if fact.kind in _FACTS
        and not additions.start <= fact.token < additions.end
        and (int(fact.kind), hasher.fact(fact.kind, fact.form)) not in held
        and not _is_said_to_reader(fact, analysis)
    ]


def quote_additions(additions: Additions, analysis: Analysis) -> tuple[Evidence, ...]:
    """
    Return the added text, as it stands in the new answer.
    """
    last = len(analysis.tokens)
    stretches = (("opening", 0, additions.start), ("ending", additions.end, last))
    return tuple(
        Evidence(kind, now=_text(analysis, first, end)) for kind, first, end in stretches if end > first
    )


def _opens(analysis: Analysis, token: int) -> bool:
    """
    Tell whether a sentence begins at a token, also where the one before lacks its full stop.
    """
    tokens, text = analysis.tokens, analysis.text
    if token >= len(tokens) or tokens.openings[token]:
        return True
    following = text[tokens.starts[token + 1]] if token + 1 < len(tokens) else ""
    return text[tokens.starts[token]].isupper() and following.islower()


def _is_said_to_reader(fact: Fact, analysis: Analysis) -> bool:
    tokens = analysis.tokens
    if fact.kind is TokenKind.NUMBER:
        # "this one", "one more thing"
        return fact.form == "1" and not analysis.text[tokens.starts[fact.token]].isdigit()
    if fact.kind is not TokenKind.NEGATION:
        return False
    return any(tokens.openings[at] for at in range(max(0, fact.token - _IMPERATIVE + 1), fact.token + 1))


def _text(analysis: Analysis, first: int, end: int) -> str:
    tokens, text = analysis.tokens, analysis.text
    upto = tokens.starts[end] if end < len(tokens) else len(text)
    said = " ".join(text[tokens.starts[first] : upto].split())
    return said if len(said) <= _LONGEST else said[:_LONGEST].rstrip() + "…"
