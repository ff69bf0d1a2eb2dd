"""
Cut an answer into phrases that somebody may want to pin: facts with what belongs to them, and noun phrases.

There is no grammar here, only marks: what kind a word is, where a sentence begins, how a verb ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from llmentary_regression.core.model import TokenKind
from llmentary_regression.core.text import Analysis

FACTS = frozenset(
    {
        TokenKind.DATE,
        TokenKind.MONEY,
        TokenKind.NUMBER,
        TokenKind.TIME,
        TokenKind.NAME,
        TokenKind.URL,
        TokenKind.ORDINAL,
        TokenKind.NEGATION,
        TokenKind.CODE,
    }
)
MOST_WORDS = 5
_NEGATED_WORDS = 4
_JOINING = frozenset({"of", "the", "de", "van", "von", "la", "le", "for", "'s"})
_MARKS = re.compile(r"\*\*|__|`")
_VERB_END = re.compile(r".+[^aeiou](?:ed|ing)")
_NOUNS = frozenset(
    {
        "thing",
        "something",
        "anything",
        "everything",
        "nothing",
        "building",
        "evening",
        "morning",
        "string",
        "spring",
    }
)


@dataclass(frozen=True, slots=True)
class Span:
    """
    The tokens of a phrase, and what it is.
    """

    start: int
    end: int
    """One behind the last token."""
    kind: TokenKind
    is_restated: bool = False
    """Whether words of the question stood before it: it rather says whose than what."""


def find_phrases(analysis: Analysis, known: frozenset[str]) -> list[Span]:
    """
    Return the phrases of an answer in the order of the text; none overlaps another.

    Args:
        known: words of the question, in all their forms, which begin and end no phrase of plain words.
    """
    spans: list[Span] = []
    at, size = 0, len(analysis.tokens)
    while at < size:
        kind = _kind_at(analysis, at)
        if kind in FACTS:
            end = _fact_end(analysis, at, kind)
            start = _name_start(analysis, at, end, known) if kind is TokenKind.NAME else at
            spans.append(Span(start, end, kind, is_restated=start > at))
        else:
            end = _run_end(analysis, at)
            spans.extend(_noun_phrases(analysis, at, end, known))
            end = max(end, at + 1)
        at = end
    return spans


def text_of(analysis: Analysis, span: Span) -> str:
    """
    Return a phrase as it stands in the answer, without the full stop behind it.
    """
    tokens = analysis.tokens
    # The sign of `$12` is a token behind its number.
    start, end = min(tokens.starts[span.start : span.end]), max(tokens.ends[span.start : span.end])
    phrase = analysis.text[start:end].strip(" \n\"'*_`([")
    if span.kind is TokenKind.CODE:
        return phrase
    phrase = _MARKS.sub("", phrase).rstrip(",;:!?)]")
    return phrase[:-1] if phrase.endswith(".") and "." not in phrase[:-1] else phrase


def _kind_at(analysis: Analysis, at: int) -> TokenKind:
    kind = analysis.tokens.kinds[at]
    if kind not in (TokenKind.WORD, TokenKind.NAME):
        return kind
    opens = analysis.tokens.openings[at] or (at > 0 and _opens(analysis, at))
    if not opens:
        return kind
    return TokenKind.NAME if _begins_name(analysis, at) else TokenKind.WORD


def _begins_name(analysis: Analysis, at: int) -> bool:
    """
    Tell whether a sentence opens with a name: its capital says nothing, but the next word's does.
    """
    tokens = analysis.tokens
    return (
        analysis.text[tokens.starts[at]].isupper()
        and at + 1 < len(tokens)
        and tokens.kinds[at + 1] is TokenKind.NAME
        and _is_close(analysis, at + 1)
    )


def _fact_end(analysis: Analysis, at: int, kind: TokenKind) -> int:
    """
    Return where a phrase ends that begins with a fact: a number takes its unit, a name its further words.
    """
    if kind is TokenKind.NUMBER:
        return _number_end(analysis, at)
    if kind is TokenKind.NAME:
        return _name_end(analysis, at)
    if kind is TokenKind.ORDINAL:
        return _end_while(analysis, at + 1, at + 2, {TokenKind.WORD, TokenKind.NAME, TokenKind.UNIT})
    if kind is TokenKind.NEGATION:
        start = _end_while(analysis, at + 1, at + _NEGATED_WORDS, {TokenKind.FUNCTION, TokenKind.LIMIT})
        return _end_while(analysis, start, at + _NEGATED_WORDS, FACTS | {TokenKind.WORD})
    if kind is TokenKind.CODE:
        return _code_end(analysis, at)
    return at + 1


def _code_end(analysis: Analysis, at: int) -> int:
    """
    Return where a line of code ends; line breaks are tokens of it.
    """
    tokens = analysis.tokens
    end, most = at + 1, min(len(tokens), at + 3 * MOST_WORDS)
    while end < most and tokens.kinds[end] is TokenKind.CODE and not tokens.forms[end].startswith("\n"):
        end += 1
    return end


def _number_end(analysis: Analysis, at: int) -> int:
    """
    Take in a range, the unit, and the noun that is counted: `10 to 12 years`, `775 rooms`.
    """
    tokens = analysis.tokens
    end, size = at + 1, len(tokens)
    if (
        end + 1 < size
        and (tokens.forms[end] in ("-", "to") or tokens.kinds[end] is TokenKind.SIGN)
        and tokens.kinds[end + 1] is TokenKind.NUMBER
    ):
        end += 2
    if end < size and tokens.kinds[end] is TokenKind.MONEY and tokens.starts[end] < tokens.ends[at]:
        end += 1  # the sign in front: the token stands behind the number
    counted = _end_while(analysis, end, end + 2, {TokenKind.WORD, TokenKind.UNIT})
    if counted == end + 2 and tokens.kinds[end + 1] is TokenKind.UNIT:
        return counted  # `7 business days`
    return _end_while(analysis, end, end + 1, {TokenKind.UNIT, TokenKind.MONEY, TokenKind.WORD})


def _name_start(analysis: Analysis, at: int, end: int, known: frozenset[str]) -> int:
    """
    Return where a name begins without what the question says: `Acme` where the answer has "CEO of Acme".
    """
    forms = analysis.tokens.forms
    start = at
    while start < end - 1 and (forms[start] in known or (start > at and forms[start] in _JOINING)):
        start += 1
    return start if forms[end - 1] not in known else at


def _name_end(analysis: Analysis, at: int) -> int:
    tokens = analysis.tokens
    end, size = at + 1, len(tokens)
    while end < size and end - at < MOST_WORDS and not _opens(analysis, end) and _is_close(analysis, end):
        if tokens.kinds[end] in (TokenKind.NAME, TokenKind.NUMBER):
            end += 1
        elif tokens.forms[end] in _JOINING and end + 1 < size and tokens.kinds[end + 1] is TokenKind.NAME:
            end += 2
        else:
            break
    return end


def _end_while(analysis: Analysis, start: int, most: int, kinds: AbstractSet[TokenKind]) -> int:
    end = start
    while (
        end < min(most, len(analysis.tokens))
        and not _opens(analysis, end)
        and _is_close(analysis, end)
        and analysis.tokens.kinds[end] in kinds
    ):
        end += 1
    return end


def _run_end(analysis: Analysis, at: int) -> int:
    tokens = analysis.tokens
    end = at
    while (
        end < len(tokens)
        and (
            tokens.kinds[end] in (TokenKind.WORD, TokenKind.UNIT)
            or (end > at and _is_hyphened(analysis, end))
        )
        and not (end > at and (_opens(analysis, end) or not _is_close(analysis, end)))
    ):
        end += 1
    return end


def _noun_phrases(analysis: Analysis, start: int, end: int, known: frozenset[str]) -> Iterator[Span]:
    """
    Yield what is left of a run of plain words without verbs, light words, and the question's own.
    """
    forms, light = analysis.tokens.forms, analysis.lexicon.light_words
    at = start
    while at < end:
        stop = at
        while stop < end and forms[stop] not in light and not _parts(analysis, at, stop, end):
            stop += 1
        first, last = at, stop
        while first < last and forms[first] in known:
            first += 1
        while last > first and forms[last - 1] in known:
            last -= 1
        if stop < end and stop == at and forms[stop].endswith("ed") and forms[stop] not in known | light:
            yield Span(stop, stop + 1, TokenKind.WORD)  # `was declined`
        while last - first > MOST_WORDS - 1:
            first += 1  # the noun stands last
        if first < last:
            yield Span(first, last, TokenKind.WORD)
        at = max(stop, at) + 1


def _parts(analysis: Analysis, at: int, place: int, end: int) -> bool:
    """
    Tell whether a verb form parts a run here; at its front `increased evaporation` belongs together.
    """
    if not _is_verb(analysis, place):
        return False
    form = analysis.tokens.forms[place]
    return place > at or form.endswith("ing") or place + 1 == end


def _is_verb(analysis: Analysis, at: int) -> bool:
    """
    Tell whether an English word is, or looks like, a form of a verb.
    """
    form = analysis.tokens.forms[at]
    if form in analysis.lexicon.light_words:
        return True
    is_english = analysis.lexicon.lang == "en"
    return is_english and len(form) > 4 and form not in _NOUNS and _VERB_END.fullmatch(form) is not None


def _opens(analysis: Analysis, at: int) -> bool:
    """
    Tell whether a sentence or line begins here, also behind a full stop that could be of an abbreviation.
    """
    tokens = analysis.tokens
    if tokens.openings[at]:
        return tokens.kinds[at - 1] is not TokenKind.NAME or len(tokens.forms[at - 1]) > 2
    behind = analysis.text[tokens.ends[at - 1] - 1 : tokens.starts[at]]
    return "." in behind and tokens.kinds[at - 1] is not TokenKind.NAME


def _is_close(analysis: Analysis, place: int) -> bool:
    tokens = analysis.tokens
    gap = analysis.text[tokens.ends[place - 1] : tokens.starts[place]]
    return not gap.strip(" '-.$£€")


def _is_hyphened(analysis: Analysis, at: int) -> bool:
    """
    Tell whether a word hangs on the one before by a hyphen, as in `sign-on`.
    """
    tokens = analysis.tokens
    return analysis.text[tokens.ends[at - 1] : tokens.starts[at]] == "-"
