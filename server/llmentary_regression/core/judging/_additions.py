"""
Find what was added before or after an approved answer that is otherwise unchanged.

Adding a sentence withdraws nothing: "Was this helpful?" does not change "30 days", however it is worded.
Only a fact that the approved answer does not contain may contradict it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from llmentary_regression.core.baselines import Body
from llmentary_regression.core.crypto import SetHasher
from llmentary_regression.core.model import Evidence, TokenKind
from llmentary_regression.core.text import Analysis, Fact

_FACTS = frozenset({TokenKind.NEGATION, TokenKind.NUMBER, TokenKind.DATE, TokenKind.TIME, TokenKind.URL})
_IMPERATIVE = 2
"""A negation among this many first words of a sentence addresses the reader: "Don't hesitate", "No worries"."""
_MAX_QUOTE = 120


class Additions(NamedTuple):
    """
    The tokens before and after the approved words in a new answer.
    """

    start: int
    end: int
    """What was approved stands between `start` and `end`, as token indexes."""


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
    additions: Additions, body: Body, analysis: Analysis, hasher: SetHasher
) -> list[Fact]:
    """
    Return the facts of added sentences that the approved answer lacks and that do not just address the reader.
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
    Return the added text as it is written in the new answer.
    """
    last = len(analysis.tokens)
    stretches = (("opening", 0, additions.start), ("ending", additions.end, last))
    return tuple(
        Evidence(kind, now=_text(analysis, first, end)) for kind, first, end in stretches if end > first
    )


def _opens(analysis: Analysis, token: int) -> bool:
    """
    Return whether a sentence begins at a token, even if the previous one lacks its full stop.
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
    return any(
        tokens.openings[token] for token in range(max(0, fact.token - _IMPERATIVE + 1), fact.token + 1)
    )


def _text(analysis: Analysis, first: int, end: int) -> str:
    tokens, text = analysis.tokens, analysis.text
    stop = tokens.starts[end] if end < len(tokens) else len(text)
    quoted = " ".join(text[tokens.starts[first] : stop].split())
    return quoted if len(quoted) <= _MAX_QUOTE else quoted[:_MAX_QUOTE].rstrip() + "…"
