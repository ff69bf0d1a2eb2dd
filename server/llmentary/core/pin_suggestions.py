"""
Which phrases of an answer are worth pinning: what tells this answer from another one to the same question.
"""

from __future__ import annotations

from dataclasses import dataclass

from llmentary.core.text import Analysis, Kind, analyse

_MOST_NAME_WORDS = 5
_MOST = 12
_ENOUGH = 3
"""With so many facts no other words are offered."""
_RANKS = {
    Kind.DATE: 1,
    Kind.MONEY: 1,
    Kind.NUMBER: 1,
    Kind.TIME: 1,
    Kind.NAME: 1,
    Kind.URL: 2,
    Kind.ORDINAL: 3,
    Kind.NEGATION: 3,
}
_JOINING = frozenset({"of", "the", "and", "de", "van", "von", "la", "le", "for", "'s"})


@dataclass(frozen=True, slots=True, repr=False)
class PinSuggestion:
    """
    A phrase of an answer that is worth pinning. Memory only.
    """

    kind: str
    """What it is: `number`, `date`, `name` ..."""
    phrase: str
    """As it stands in the answer."""

    def __repr__(self) -> str:
        return f"PinSuggestion({self.kind})"


def pinnable_facts(text: str, question: str, lang: str = "en") -> list[PinSuggestion]:
    """
    Return the phrases of an answer that are worth pinning, the likeliest first.

    A short answer is worth pinning as a whole. What the question does not hold itself comes first, then what
    answers its question word (a name for `who`, a number for `how many`), then what stands first.
    """
    analysis = analyse(text, lang)
    asked = analyse(question, lang).tokens.forms
    known = set(asked)
    wanted = _wanted_kinds(asked)
    found: list[tuple[tuple[bool, bool, int, int], PinSuggestion]] = []
    tokens = analysis.tokens
    size = len(tokens)
    if 0 < size <= _MOST_NAME_WORDS and not known.issuperset(tokens.forms):
        kind = next((kind for kind in tokens.kinds if kind in _RANKS), Kind.WORD)
        whole = analysis.text[tokens.starts[0] : max(tokens.ends)].strip()
        found.append(((False, False, 0, 0), PinSuggestion(kind.word, whole)))
    at = 0
    while at < size:
        kind, end = tokens.kinds[at], at + 1
        if kind is Kind.WORD and _begins_name(analysis, at):
            kind = Kind.NAME
        if kind in _RANKS:
            end = _phrase_end(analysis, at, kind)
            told = all(form in known for form in tokens.forms[at:end])
            phrase = analysis.text[tokens.starts[at] : tokens.ends[end - 1]].strip()
            rank = (told, kind not in wanted, _RANKS[kind], at)
            found.append((rank, PinSuggestion(kind.word, phrase)))
        at = end
    found.sort(key=lambda item: item[0])
    phrases: dict[str, PinSuggestion] = {}
    for suggestion in [one for _, one in found] + (
        _other_words(analysis, known) if len(found) < _ENOUGH else []
    ):
        phrases.setdefault(suggestion.phrase.lower(), suggestion)
    return list(phrases.values())[:_MOST]


def _begins_name(analysis: Analysis, at: int) -> bool:
    """
    Tell whether a sentence opens with a name: its capital says nothing, but the next word's does.
    """
    tokens = analysis.tokens
    return (
        tokens.openings[at]
        and analysis.text[tokens.starts[at]].isupper()
        and at + 1 < len(tokens)
        and tokens.kinds[at + 1] is Kind.NAME
        and _is_close(analysis, at + 1)
    )


def _other_words(analysis: Analysis, known: set[str]) -> list[PinSuggestion]:
    """
    Return runs of words that the question does not hold, for an answer without facts.
    """
    tokens = analysis.tokens
    runs: list[PinSuggestion] = []
    at = 0
    while at < len(tokens):
        end = at
        while (
            end < len(tokens)
            and tokens.kinds[end] is Kind.WORD
            and tokens.forms[end] not in known
            and end - at < _MOST_NAME_WORDS
            and (end == at or not tokens.openings[end])
        ):
            end += 1
        if end > at:
            runs.append(PinSuggestion("word", analysis.text[tokens.starts[at] : tokens.ends[end - 1]]))
        at = max(end, at + 1)
    return runs


def _phrase_end(analysis: Analysis, at: int, kind: Kind) -> int:
    """
    Return where the phrase ends that begins with a fact: a number takes its unit, a name its further words.
    """
    tokens = analysis.tokens
    end, size = at + 1, len(tokens)
    if kind is Kind.NUMBER:
        if (
            end < size
            and tokens.kinds[end] in (Kind.UNIT, Kind.MONEY)
            and tokens.starts[end] >= tokens.ends[at]
        ):
            end += 1
    elif kind is Kind.NAME:
        while end < size and end - at < _MOST_NAME_WORDS and not tokens.openings[end]:
            if not _is_close(analysis, end):
                break
            if tokens.kinds[end] in (Kind.NAME, Kind.NUMBER):
                end += 1
            elif (
                tokens.forms[end] in _JOINING
                and end + 1 < size
                and tokens.kinds[end + 1] is Kind.NAME
                and tokens.forms[end] != "and"
            ):
                end += 2
            else:
                break
    elif kind is Kind.NEGATION:
        while end < size and end - at < 4 and not tokens.openings[end]:
            end += 1
    return end


def _is_close(analysis: Analysis, place: int) -> bool:
    tokens = analysis.tokens
    gap = analysis.text[tokens.ends[place - 1] : tokens.starts[place]]
    return not gap.strip(" '\"*_-.")


def _wanted_kinds(asked: list[str]) -> frozenset[Kind]:
    """
    Return the kinds of facts that a question asks for.
    """
    words = set(asked[:8])
    numbers = {Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.TIME}
    if "when" in words or ("year" in words and words & {"what", "which"}):
        return frozenset({Kind.DATE, Kind.TIME, Kind.NUMBER})
    if "how" in words and words & {
        "many",
        "much",
        "long",
        "old",
        "far",
        "often",
        "tall",
        "big",
        "high",
        "soon",
    }:
        return frozenset(numbers)
    if words & {"who", "whose", "whom", "where"}:
        return frozenset({Kind.NAME})
    return frozenset(numbers | {Kind.NAME})
