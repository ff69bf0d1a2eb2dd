"""
Which phrases of an answer are worth pinning: those that distinguish it from another answer to the same question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text import Analysis, analyze
from llmentary_regression.core.text.languages import inflections

from ._phrases import FACTS, MAX_WORDS, Span, find_phrases, text_of
from ._pins import absent_pins

_MAX_SUGGESTIONS = 12
_SPARE = 6
"""This many more are considered, since some cannot be pinned."""
_NUMBERS = frozenset({TokenKind.NUMBER, TokenKind.MONEY, TokenKind.DATE, TokenKind.TIME})
_AMOUNTS = frozenset(
    {
        *("many", "much", "long", "old", "far", "often", "soon"),
        *("tall", "big", "high", "large", "deep", "fast", "heavy", "wide"),
    }
)
_EMPHASIS = re.compile(r"\*\*(.{2,60}?)\*\*|__(.{2,60}?)__|\"([^\"\n]{2,60})\"|`([^`\n]{2,60})`")
_ARTICLES = frozenset({"a", "an", "the"})
_MINOR = frozenset({TokenKind.ORDINAL, TokenKind.URL, TokenKind.NEGATION, TokenKind.CODE})

# By how many places a phrase is moved back in the list.
_WANTED = -20
"""A phrase that answers the question word comes first, wherever it occurs."""
_FACT = -2
_LONE_WORD = 3
_LATER_SENTENCE = 3
_RESTATED = 3


@dataclass(frozen=True, slots=True, repr=False)
class PinSuggestion:
    """
    A phrase of an answer that is worth pinning. Memory only.
    """

    phrase: str
    """As it is written in the answer."""
    kind: str
    """What it is: `number`, `date`, `name` ..."""
    in_question: bool = False
    """Whether the question contains it too; then most answers contain it and it proves little."""

    def __repr__(self) -> str:
        return f"PinSuggestion({self.kind})"


def suggest_pins(text: str, question: str, lang: str = "en") -> list[PinSuggestion]:
    """
    Return the phrases of an answer that are worth pinning, the likeliest first.

    First comes what answers the question word (a name for `who`, a number for `how many`), a short answer as a
    whole, and what is emphasized; then facts and noun phrases in the order of the text, since an answer begins
    with what was asked for; last what the question contains itself.
    """
    analysis = analyze(text, lang)
    asked = analyze(question, lang).tokens.forms
    known = frozenset(form for word in asked for form in (word, *inflections(word)))
    wanted = _wanted_kinds(asked)
    spans = find_phrases(analysis, known)
    ranked = [
        (_rank(analysis, span, index, wanted, known), span.start, span) for index, span in enumerate(spans)
    ]
    ranked.sort(key=lambda item: item[:2])
    found = [PinSuggestion(text_of(analysis, span), span.kind.word) for _, _, span in ranked]
    whole = _whole(analysis, known)
    if whole is not None:
        # "Who?" "Maria Jones of Oslo": the name answers the question, the rest is not needed.
        is_named = bool(ranked) and ranked[0][2].kind in wanted and wanted == frozenset({TokenKind.NAME})
        found.insert(1 if found and (is_named or _is_sentence(analysis, known)) else 0, whole)
    phrases: dict[str, PinSuggestion] = {}
    for suggestion in found:
        if len(suggestion.phrase) > 1 or suggestion.phrase.isdigit():
            phrases.setdefault(suggestion.phrase.lower(), suggestion)
    offered = list(phrases.values())[: _MAX_SUGGESTIONS + _SPARE]
    # What is denied there, or cannot be read on its own, would be refused when it is pinned.
    absent = set(absent_pins([suggestion.phrase for suggestion in offered], analysis))
    words = frozenset(asked)
    return [
        replace(suggestion, in_question=words.issuperset(analyze(suggestion.phrase, lang).tokens.forms))
        for suggestion in offered
        if suggestion.phrase not in absent
    ][:_MAX_SUGGESTIONS]


def _rank(
    analysis: Analysis, span: Span, index: int, wanted: frozenset[TokenKind], known: frozenset[str]
) -> tuple[bool, int]:
    forms = analysis.tokens.forms[span.start : span.end]
    rank = index
    if span.kind in wanted or _is_emphasized(analysis, span):
        rank += _WANTED
    elif span.kind in FACTS - _MINOR:
        rank += _FACT
    elif len(forms) == 1 and span.kind is TokenKind.WORD:
        rank += _LONE_WORD
    if any(analysis.tokens.openings[1 : span.start + 1]):
        rank += _LATER_SENTENCE
    if span.is_restated:
        rank += _RESTATED
    return known.issuperset(forms), rank


def _whole(analysis: Analysis, known: frozenset[str]) -> PinSuggestion | None:
    """
    Return a short answer as one phrase, without its article.
    """
    tokens = analysis.tokens
    size = len(tokens)
    if not 0 < size <= MAX_WORDS or known.issuperset(tokens.forms):
        return None
    kind = tokens.kinds[0] if len(set(tokens.kinds)) == 1 else TokenKind.WORD
    start = 1 if size > 1 and tokens.forms[0] in _ARTICLES else 0
    return PinSuggestion(text_of(analysis, Span(start, size, kind)), kind.word)


def _is_sentence(analysis: Analysis, known: frozenset[str]) -> bool:
    """
    Return whether a short answer has words around the actual answer: `It is written in Rust`, `in the s-block`.
    """
    tokens = analysis.tokens
    first = 1 if tokens.forms[0] in _ARTICLES else 0
    return tokens.kinds[min(first, len(tokens) - 1)] is TokenKind.FUNCTION or not known.isdisjoint(
        tokens.forms
    )


def _is_emphasized(analysis: Analysis, span: Span) -> bool:
    """
    Return whether a phrase has bold, quotes or backticks of its own.
    """
    start, end = analysis.tokens.starts[span.start], analysis.tokens.ends[span.end - 1]
    return any(
        match.start() <= start and end <= match.end() and match.end() - match.start() <= end - start + 8
        for match in _EMPHASIS.finditer(analysis.text)
    )


def _wanted_kinds(asked: list[str]) -> frozenset[TokenKind]:
    """
    Return the kinds of facts that a question asks for by its question word; none where it does not say.
    """
    words = set(asked[:8])
    if "when" in words or ("year" in words and words & {"what", "which"}):
        return frozenset({TokenKind.DATE, TokenKind.TIME, TokenKind.NUMBER})
    if "how" in words and words & _AMOUNTS:
        return _NUMBERS
    if words & {"who", "whose", "whom", "where"}:
        return frozenset({TokenKind.NAME})
    return frozenset()
